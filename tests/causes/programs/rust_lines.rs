// cause: Rust line read
// Lines are counted that begin with a mark; each is a String.
use keep::black_box;
use std::io::BufRead;

#[cfg(not(fixed))]
fn op(text: &[u8], _line: &mut String) -> usize {
    let mut marked = 0;
    for line in text.lines() { // HERE
        marked += line.unwrap().starts_with('#') as usize;
    }
    marked
}

#[cfg(fixed)]
fn op(mut text: &[u8], line: &mut String) -> usize {
    let mut marked = 0;
    loop {
        line.clear();
        if text.read_line(line).unwrap() == 0 {
            return marked;
        }
        marked += line.starts_with('#') as usize;
    }
}

fn main() {
    let text = "# one\ntwo\n# three\nfour\nfive\n";
    let mut line = String::new();
    for _ in 0..20 {
        let _call = mallocop::operation!("op");
        black_box(op(black_box(text.as_bytes()), &mut line));
    }
}
