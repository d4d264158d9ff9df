// cause: Rust copy
// to_vec() of a slice.
use keep::black_box;

fn op(bytes: &[u8]) {
    let owned = bytes[4..].to_vec(); // HERE
    black_box(&owned);
}

fn main() {
    let bytes = [1u8; 64];
    for _ in 0..20 {
        let _call = mallocop::operation!("op");
        op(black_box(&bytes));
    }
}
