// cause: Rust Vec growth
// also: Rust Vec built
// A ring grows as a Vec does.
use std::collections::VecDeque;
use keep::black_box;

fn op() {
    let mut jobs = VecDeque::new();
    for i in 0..50u32 {
        jobs.push_back(i); // HERE
    }
    black_box(&jobs);
}

fn main() {
    for _ in 0..20 {
        let _call = mallocop::operation!("op");
        op();
    }
}
