// cause: Rust BTreeMap node
// An ordered table.
use std::collections::BTreeMap;
use keep::black_box;

fn op() {
    let mut prices = BTreeMap::new();
    for i in 0..50u32 {
        prices.insert(i * 7919 % 50, 0.5); // HERE
    }
    black_box(&prices);
}

fn main() {
    for _ in 0..20 {
        let _call = mallocop::operation!("op");
        op();
    }
}
