// cause: Rust collect
// filter() and collect(): the vector grows as it goes.
use keep::black_box;

fn op(prices: &[u32]) {
    let odd: Vec<u32> = prices.iter().copied().filter(|price| price % 2 == 1).collect(); // HERE
    black_box(&odd);
}

fn main() {
    let prices: Vec<u32> = (0..80).collect();
    for _ in 0..20 {
        let _call = mallocop::operation!("op");
        op(black_box(&prices));
    }
}
