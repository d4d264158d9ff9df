// cause: Rust join or concat
// Words are joined into a line.
use keep::black_box;

fn op(words: &[&str]) {
    let line = words.join(" "); // HERE
    black_box(&line);
}

fn main() {
    let words = ["it", "was", "the", "best", "of", "times"];
    for _ in 0..20 {
        let _call = mallocop::operation!("op");
        op(black_box(&words));
    }
}
