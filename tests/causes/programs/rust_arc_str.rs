// cause: Rust Rc or Arc
// Arc<str> from a &str.
use keep::black_box;
use std::sync::Arc;

fn op(name: &str) {
    let shared: Arc<str> = Arc::from(name); // HERE
    black_box(&shared);
}

fn main() {
    for _ in 0..20 {
        let _call = mallocop::operation!("op");
        op(black_box("a name that is shared"));
    }
}
