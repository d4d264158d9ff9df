// cause: Rust format!
// also: Rust String growth
// held out
// Lines of a table, put together with format! and pushed on.
use keep::black_box;
use std::collections::BTreeMap;

fn render(rows: &BTreeMap<&str, f64>, out: &mut String) {
    out.clear();
    for (name, value) in rows {
        out.push_str(&format!("{:<12}{:>10.2}\n", name, value)); // HERE
    }
}

fn main() {
    let rows: BTreeMap<&str, f64> = [("one", 1.0), ("two", 2.0), ("three", 3.0)].into_iter().collect();
    let mut out = String::with_capacity(400);
    for _ in 0..20 {
        let _call = mallocop::operation!("op");
        render(black_box(&rows), &mut out);
        black_box(&out);
    }
}
