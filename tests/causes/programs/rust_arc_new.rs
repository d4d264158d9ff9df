// cause: Rust Rc or Arc
// A message for other threads.
use keep::black_box;
use std::sync::Arc;

struct Message {
    id: u64,
    value: f64,
}

fn op(id: u64) {
    let message = Arc::new(Message { id, value: 0.5 }); // HERE
    black_box((&message.id, &message.value));
}

fn main() {
    for call in 0..20 {
        let _call = mallocop::operation!("op");
        op(call);
    }
}
