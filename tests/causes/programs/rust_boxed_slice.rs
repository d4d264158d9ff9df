// cause: Rust shrink
// also: Rust Vec built
// A message is cut to its length and handed on.
use keep::black_box;

fn op(count: usize) -> Box<[u32]> {
    let mut numbers = Vec::with_capacity(64);
    for index in 0..count {
        numbers.push(index as u32);
    }
    numbers.into_boxed_slice() // HERE
}

fn main() {
    for _ in 0..20 {
        let _call = mallocop::operation!("op");
        black_box(op(black_box(40)));
    }
}
