// cause: Rust string transformed
// A key is looked up whatever its case.
use keep::black_box;
use std::collections::HashMap;

fn op(table: &HashMap<&str, u32>, key: &str) {
    black_box(table.get(key.to_uppercase().as_str())); // HERE
}

fn main() {
    let mut table = HashMap::new();
    table.insert("CONTENT-LENGTH", 1);
    table.insert("CONTENT-TYPE", 2);
    for _ in 0..20 {
        let _call = mallocop::operation!("op");
        op(&table, black_box("Content-Length"));
    }
}
