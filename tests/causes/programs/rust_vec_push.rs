// cause: Rust Vec growth
// A list is filled in a loop.
use keep::black_box;

fn op() {
    #[cfg(not(fixed))]
    let mut squares = Vec::new();
    #[cfg(fixed)]
    let mut squares = Vec::with_capacity(128);
    for i in 0..100u64 {
        squares.push(i * i); // HERE
    }
    black_box(&squares);
}

fn main() {
    for _ in 0..20 {
        let _call = mallocop::operation!("op");
        op();
    }
}
