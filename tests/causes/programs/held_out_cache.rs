// cause: Rust HashMap growth
// also: Rust copy
// held out
// A map of owned keys.
use keep::black_box;
use std::collections::HashMap;

fn count<'a>(words: impl Iterator<Item = &'a str>) -> HashMap<String, usize> {
    let mut counts = HashMap::new();
    for word in words {
        *counts.entry(word.to_string()).or_default() += 1; // HERE
    }
    counts
}

fn main() {
    for _ in 0..20 {
        let _call = mallocop::operation!("op");
        let counts = count(black_box("a b c d e f g h a b c d").split(' '));
        black_box(&counts);
    }
}
