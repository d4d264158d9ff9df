// cause: Rust HashMap growth
// A set to drop what comes twice.
use std::collections::HashSet;
use keep::black_box;

fn op() {
    let mut seen = HashSet::new();
    for i in 0..60u64 {
        seen.insert(i % 40); // HERE
    }
    black_box(&seen);
}

fn main() {
    for _ in 0..20 {
        let _call = mallocop::operation!("op");
        op();
    }
}
