// cause: Rust format!
// An identifier is shown.
use keep::black_box;

fn op(id: u32) -> usize {
    let text = id.to_string(); // HERE
    black_box(text).len()
}

fn main() {
    for id in 1000..1020 {
        let _call = mallocop::operation!("op");
        black_box(op(black_box(id)));
    }
}
