// cause: Rust collect
// A string from characters.
use keep::black_box;

fn op(text: &str) {
    let reversed: String = text.chars().rev().collect(); // HERE
    black_box(&reversed);
}

fn main() {
    for _ in 0..20 {
        let _call = mallocop::operation!("op");
        op(black_box("a text to be read backwards"));
    }
}
