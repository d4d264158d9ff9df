// cause: Rust Box
// A boxed trait object in each call.
use keep::black_box;

trait Handler {
    fn handle(&self) -> u64;
}

struct Doubler {
    state: [u64; 4],
}

impl Handler for Doubler {
    fn handle(&self) -> u64 {
        2 * self.state[0]
    }
}

fn make() -> Box<dyn Handler> {
    Box::new(Doubler { state: [1; 4] }) // HERE
}

fn main() {
    for _ in 0..20 {
        let _call = mallocop::operation!("op");
        black_box(black_box(make()).handle());
    }
}
