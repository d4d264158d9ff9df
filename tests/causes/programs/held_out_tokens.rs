// cause: Rust copy
// also: Rust Vec growth
// held out
// Words of a text, owned, in a vector that is kept.
use keep::black_box;

struct Lexer {
    words: Vec<String>,
}

impl Lexer {
    fn run(&mut self, text: &str) {
        self.words.clear();
        for word in text.split_whitespace() {
            self.words.push(word.to_owned()); // HERE
        }
    }
}

fn main() {
    let mut lexer = Lexer { words: Vec::new() };
    for _ in 0..20 {
        let _call = mallocop::operation!("op");
        lexer.run(black_box("it was the age of wisdom"));
        black_box(&lexer.words);
    }
}
