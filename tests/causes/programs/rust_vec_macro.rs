// cause: Rust Vec built
// A scratch buffer of a fixed size.
use keep::black_box;

fn op() {
    let buffer = vec![0u8; 4096]; // HERE
    black_box(&buffer);
}

fn main() {
    for _ in 0..20 {
        let _call = mallocop::operation!("op");
        op();
    }
}
