// cause: thread started
// A thread for each call.
use keep::black_box;
use std::thread;

fn op(call: u32) {
    let worker = thread::spawn(move || black_box(call)); // HERE
    worker.join().unwrap();
}

fn main() {
    for call in 0..20 {
        let _call = mallocop::operation!("op");
        op(call);
    }
}
