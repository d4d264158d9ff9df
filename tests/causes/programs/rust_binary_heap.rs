// cause: Rust Vec growth
// The nearest nodes first.
use keep::black_box;
use std::collections::BinaryHeap;

fn op(distances: &[u32]) {
    #[cfg(not(fixed))]
    let mut heap = BinaryHeap::new();
    #[cfg(fixed)]
    let mut heap = BinaryHeap::with_capacity(64);
    for distance in distances {
        heap.push(*distance); // HERE
    }
    black_box(heap.pop());
}

fn main() {
    let distances: Vec<u32> = (0..64).map(|index| index * 31 % 64).collect();
    for _ in 0..20 {
        let _call = mallocop::operation!("op");
        op(black_box(&distances));
    }
}
