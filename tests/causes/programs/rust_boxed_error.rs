// cause: Rust boxed error
// A parser says what is wrong in words.
use keep::black_box;
use std::error::Error;

fn parse(text: &str) -> Result<u32, Box<dyn Error>> {
    if text.is_empty() {
        return Err("there is nothing to parse in this field".into()); // HERE
    }
    Ok(text.len() as u32)
}

fn main() {
    for _ in 0..20 {
        let _call = mallocop::operation!("op");
        black_box(parse(black_box("")).is_err());
    }
}
