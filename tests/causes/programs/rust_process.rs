// cause: Rust process started
// Another program does a part of the work.
use keep::black_box;
use std::process::Command;

fn op(program: &str) -> bool {
    Command::new(program).arg("an argument").status().unwrap().success() // HERE
}

fn main() {
    for _ in 0..20 {
        let _call = mallocop::operation!("op");
        black_box(op(black_box("/bin/true")));
    }
}
