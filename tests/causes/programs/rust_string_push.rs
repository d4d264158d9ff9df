// cause: Rust String growth
// Escaping a text, character by character.
use keep::black_box;

fn op(text: &str) {
    #[cfg(not(fixed))]
    let mut out = String::new();
    #[cfg(fixed)]
    let mut out = String::with_capacity(128);
    for c in text.chars() {
        if c == '"' {
            out.push('\\');
        }
        out.push(c); // HERE
    }
    black_box(&out);
}

fn main() {
    for _ in 0..20 {
        let _call = mallocop::operation!("op");
        op(black_box("a text of some length, with more than sixty-four letters, all plain"));
    }
}
