// cause: Rust String growth
// Parts are joined with += and push_str.
use keep::black_box;

fn op(host: &str) {
    let mut url = String::new();
    for part in ["https://", host, "/", "a/rather/long/path", "?query=nothing"] {
        url += part; // HERE
    }
    black_box(&url);
}

fn main() {
    for _ in 0..20 {
        let _call = mallocop::operation!("op");
        op(black_box("host.somewhere.example"));
    }
}
