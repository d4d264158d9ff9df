// cause: Rust Vec growth
// Chunks are put together.
use keep::black_box;

fn op(chunk: &[u8]) {
    let mut packet = Vec::new();
    for _ in 0..8 {
        packet.extend_from_slice(chunk); // HERE
    }
    black_box(&packet);
}

fn main() {
    let chunk = [7u8; 100];
    for _ in 0..20 {
        let _call = mallocop::operation!("op");
        op(black_box(&chunk));
    }
}
