// cause: Rust environment read
// A switch is read where it is needed.
use keep::black_box;

fn op() -> bool {
    std::env::var("MODE_OF_THIS_PROGRAM").map_or(false, |mode| mode == "verbose") // HERE
}

fn main() {
    std::env::set_var("MODE_OF_THIS_PROGRAM", "as quiet as can be");
    for _ in 0..20 {
        let _call = mallocop::operation!("op");
        black_box(op());
    }
}
