// cause: Rust copy
// also: Rust collect
// Words are kept longer than the text that they are from.
use keep::black_box;

fn op(text: &str) -> Vec<String> {
    text.split(' ').map(String::from).collect() // HERE
}

fn main() {
    for _ in 0..20 {
        let _call = mallocop::operation!("op");
        black_box(op(black_box("it was the best of times it was the worst of times")));
    }
}
