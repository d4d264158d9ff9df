// cause: Rust copy
// to_string() of a &str is a copy.
use keep::black_box;

fn op(name: &str) {
    #[cfg(not(fixed))]
    let owned = name.to_string(); // HERE
    #[cfg(fixed)]
    let owned = name;
    black_box(&owned);
}

fn main() {
    for _ in 0..20 {
        let _call = mallocop::operation!("op");
        op(black_box("a name"));
    }
}
