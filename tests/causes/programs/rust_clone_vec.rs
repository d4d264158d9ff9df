// cause: Rust copy
// clone() of a vector that is only read.
use keep::black_box;

fn op(numbers: &Vec<u32>) {
    #[cfg(not(fixed))]
    let snapshot = numbers.clone(); // HERE
    #[cfg(fixed)]
    let snapshot = numbers;
    black_box(&snapshot);
}

fn main() {
    let numbers: Vec<u32> = (0..50).collect();
    for _ in 0..20 {
        let _call = mallocop::operation!("op");
        op(black_box(&numbers));
    }
}
