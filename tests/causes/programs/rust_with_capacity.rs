// cause: Rust Vec built
// Reserved well, but anew in each call.
use keep::black_box;

fn op() {
    let mut numbers: Vec<u32> = Vec::with_capacity(200); // HERE
    for i in 0..200 {
        numbers.push(i);
    }
    black_box(&numbers);
}

fn main() {
    for _ in 0..20 {
        let _call = mallocop::operation!("op");
        op();
    }
}
