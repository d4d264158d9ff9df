// cause: Rust copy
// A snapshot of a map is taken.
use keep::black_box;
use std::collections::{BTreeMap, HashMap};

fn op(counts: &BTreeMap<String, u32>, ids: &HashMap<u32, String>) {
    black_box(&counts.clone()); // HERE
    black_box(&ids.clone()); // HERE
}

fn main() {
    let counts: BTreeMap<String, u32> = (0..20).map(|index| (format!("word {}", index), index)).collect();
    let ids: HashMap<u32, String> = (0..20).map(|index| (index, format!("word {}", index))).collect();
    for _ in 0..20 {
        let _call = mallocop::operation!("op");
        op(black_box(&counts), black_box(&ids));
    }
}
