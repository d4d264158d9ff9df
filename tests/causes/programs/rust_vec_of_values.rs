// cause: Rust Vec built
// A step has four neighbours.
use keep::black_box;

fn op(x: i32, y: i32) -> i32 {
    let neighbours = vec![(x - 1, y), (x + 1, y), (x, y - 1), (x, y + 1)]; // HERE
    black_box(&neighbours).iter().map(|one| one.0 * one.1).sum()
}

fn main() {
    for x in 0..20 {
        let _call = mallocop::operation!("op");
        black_box(op(black_box(x), black_box(7)));
    }
}
