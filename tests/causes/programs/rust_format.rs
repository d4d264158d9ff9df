// cause: Rust format!
// A log line.
use keep::black_box;

fn op(call: u32) {
    let line = format!("call {} took {} microseconds", call, 1234.5); // HERE
    black_box(&line);
}

fn main() {
    for call in 0..20 {
        let _call = mallocop::operation!("op");
        op(call);
    }
}
