// cause: Rust Rc or Arc
// A shared value in each call.
use keep::black_box;
use std::rc::Rc;

fn op(call: u64) {
    let shared = Rc::new([call; 3]); // HERE
    let other = Rc::clone(&shared);
    black_box((&shared, &other));
}

fn main() {
    for call in 0..20 {
        let _call = mallocop::operation!("op");
        op(call);
    }
}
