// cause: Rust Box
// held out
// A binary tree of boxes.
use keep::black_box;

#[derive(Default)]
struct Tree {
    value: u32,
    left: Option<Box<Tree>>,
    right: Option<Box<Tree>>,
}

impl Tree {
    fn insert(&mut self, value: u32) {
        let child = if value < self.value { &mut self.left } else { &mut self.right };
        match child {
            Some(tree) => tree.insert(value),
            None => {
                *child = Some(Box::new(Tree { value, left: None, right: None })); // HERE
            }
        }
    }
}

fn main() {
    for _ in 0..20 {
        let _call = mallocop::operation!("op");
        let mut tree = Tree::default();
        for i in 1..10 {
            tree.insert(i * 7 % 10);
        }
        black_box(&tree);
    }
}
