// cause: Rust Box
// A box that its Default makes.
use keep::black_box;

#[derive(Default)]
struct State {
    counts: [u64; 9],
}

fn fresh() -> Box<State> {
    Default::default() // HERE
}

fn main() {
    for _ in 0..20 {
        let _call = mallocop::operation!("op");
        black_box(black_box(fresh()).counts[0]);
    }
}
