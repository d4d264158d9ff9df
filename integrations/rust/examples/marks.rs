//! Marks in Rust: mallocop run -- target/release/examples/marks
fn parse(line: &str) -> Vec<&str> {
    let _call = mallocop::operation!("parse");
    line.split(' ').collect()
}

fn main() {
    for _ in 0..10 {
        assert_eq!(parse("a line of text").len(), 4);
    }
    let before = mallocop::thread_totals();
    let batch = mallocop::Operation::begin("batch");
    for _ in 0..20 {
        drop(Box::new(1));
    }
    batch.end_n(20);
    let taken = mallocop::thread_totals() - before;
    println!("active {} recording {} {:?}", mallocop::active(), mallocop::recording(), taken);
}
