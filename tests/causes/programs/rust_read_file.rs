// cause: Rust file read whole
// The configuration is read in each call.
use keep::black_box;

fn op(path: &str) -> usize {
    let text = std::fs::read_to_string(path).unwrap(); // HERE
    black_box(text).len()
}

fn main() {
    for _ in 0..20 {
        let _call = mallocop::operation!("op");
        black_box(op(black_box("/etc/passwd")));
    }
}
