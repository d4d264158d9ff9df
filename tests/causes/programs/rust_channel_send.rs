// cause: Rust channel
// What an operation finds out goes to another part of the program.
use keep::black_box;
use std::sync::mpsc::{channel, Sender};

fn op(out: &Sender<[u64; 4]>) {
    for value in 0..40 {
        out.send(black_box([value; 4])).unwrap(); // HERE
    }
}

fn main() {
    let (out, results) = channel();
    for _ in 0..20 {
        {
            let _call = mallocop::operation!("op");
            op(&out);
        }
        while let Ok(one) = results.try_recv() {
            black_box(one);
        }
    }
}
