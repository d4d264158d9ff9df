// cause: Rust copy
// to_string() of references to text.
use keep::black_box;

fn owned(words: &[&str]) {
    for word in words.iter() {
        black_box(word.to_string()); // HERE
    }
}

fn main() {
    let words = ["a word", "another word", "one more"];
    for _ in 0..20 {
        let _call = mallocop::operation!("op");
        owned(black_box(&words));
    }
}
