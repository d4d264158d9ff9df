// cause: Rust Vec built
// A Vec made from an array.
use keep::black_box;

fn corners(size: u64) -> Vec<u64> {
    Vec::from([0, size, size * size, size + 1]) // HERE
}

fn main() {
    for call in 0..20 {
        let _call = mallocop::operation!("op");
        black_box(corners(black_box(call)));
    }
}
