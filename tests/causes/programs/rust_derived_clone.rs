// cause: Rust copy
// A record is saved by value.
use keep::black_box;

#[derive(Clone)]
struct User {
    name: String,
    groups: Vec<u32>,
}

fn op(user: &User, saved: &mut Option<User>) {
    *saved = Some(user.clone()); // HERE
    black_box(&saved.as_ref().map(|user| user.name.len() + user.groups.len()));
}

fn main() {
    let user = User { name: "somebody with a name".to_string(), groups: vec![1, 2, 3] };
    let mut saved = None;
    for _ in 0..20 {
        let _call = mallocop::operation!("op");
        op(black_box(&user), &mut saved);
    }
}
