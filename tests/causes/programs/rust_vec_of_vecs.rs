// cause: Rust Vec built
// A matrix as a Vec of rows.
use keep::black_box;

fn matrix(rows: usize, columns: usize) -> Vec<Vec<f32>> {
    vec![vec![0.0; columns]; rows] // HERE
}

fn main() {
    for _ in 0..20 {
        let _call = mallocop::operation!("op");
        black_box(matrix(black_box(6), black_box(8)));
    }
}
