// cause: Rust path or C string
// A name is handed to a function of C.
use keep::black_box;
use std::ffi::CString;

fn op(name: &str) -> usize {
    let name = CString::new(name).unwrap(); // HERE
    black_box(name.as_ptr()) as usize
}

fn main() {
    for _ in 0..20 {
        let _call = mallocop::operation!("op");
        black_box(op(black_box("a name that a function of C wants")));
    }
}
