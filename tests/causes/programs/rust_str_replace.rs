// cause: Rust string transformed
// A line is made safe for HTML, one kind of character after the other.
use keep::black_box;

fn op(line: &str) {
    let safe = line.replace('<', "&lt;"); // HERE
    black_box(&safe);
}

fn main() {
    for _ in 0..20 {
        let _call = mallocop::operation!("op");
        op(black_box("if a < b and b < c then a < c, and so on for ever"));
    }
}
