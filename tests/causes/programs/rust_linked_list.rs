// cause: node container insert
// Jobs wait in a list.
use keep::black_box;
use std::collections::LinkedList;

fn op(jobs: &[u64]) {
    let mut waiting = LinkedList::new();
    for job in jobs {
        waiting.push_back(*job); // HERE
    }
    black_box(&waiting);
}

fn main() {
    for _ in 0..20 {
        let _call = mallocop::operation!("op");
        op(black_box(&[1, 2, 3, 4, 5]));
    }
}
