// cause: Rust boxed error
// A reader refuses a record as the library's readers do.
use keep::black_box;
use std::io::{Error, ErrorKind};

fn read(length: usize) -> Result<usize, Error> {
    if length > 64 {
        return Err(Error::new(ErrorKind::InvalidData, "the record is too long")); // HERE
    }
    Ok(length)
}

fn main() {
    for _ in 0..20 {
        let _call = mallocop::operation!("op");
        black_box(read(black_box(65)).is_err());
    }
}
