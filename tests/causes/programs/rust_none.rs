// cause: none
// Kept and cleared.
use keep::black_box;

fn op(numbers: &mut Vec<u32>) {
    numbers.clear();
    numbers.extend(0..100);
    black_box(&numbers);
}

fn main() {
    let mut numbers = Vec::with_capacity(100);
    for _ in 0..20 {
        let _call = mallocop::operation!("op");
        op(&mut numbers);
    }
}
