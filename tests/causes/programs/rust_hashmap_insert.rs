// cause: Rust HashMap growth
// A table is filled in a loop.
use std::collections::HashMap;
use keep::black_box;

fn op() {
    #[cfg(not(fixed))]
    let mut counts: HashMap<u32, u32> = HashMap::new();
    #[cfg(fixed)]
    let mut counts: HashMap<u32, u32> = HashMap::with_capacity(100);
    for i in 0..100 {
        *counts.entry(i).or_insert(0) += 1; // HERE
    }
    black_box(&counts);
}

fn main() {
    for _ in 0..20 {
        let _call = mallocop::operation!("op");
        op();
    }
}
