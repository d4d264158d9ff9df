// cause: Rust collect
// map() and collect(), whose length is known.
use keep::black_box;

fn op(prices: &[u32]) {
    let doubled: Vec<u64> = prices.iter().map(|price| 2 * u64::from(*price)).collect(); // HERE
    black_box(&doubled);
}

fn main() {
    let prices = [5; 40];
    for _ in 0..20 {
        let _call = mallocop::operation!("op");
        op(black_box(&prices));
    }
}
