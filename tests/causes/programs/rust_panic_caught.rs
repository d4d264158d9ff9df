// cause: Rust panic
// A worker survives the panic of a job.
use keep::black_box;

fn job(input: &[u32], at: usize) -> u32 {
    if at >= input.len() {
        panic!("no element {} of {}", at, input.len()); // HERE
    }
    input[at]
}

fn main() {
    std::panic::set_hook(Box::new(|_| {}));
    let input = vec![1, 2, 3];
    for _ in 0..20 {
        let _call = mallocop::operation!("op");
        let result = std::panic::catch_unwind(|| job(black_box(&input), black_box(7)));
        black_box(result.is_err());
    }
}
