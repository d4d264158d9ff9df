// cause: Rust line read
// The first line of a request says what it is for.
use keep::black_box;
use std::io::BufRead;

#[cfg(not(fixed))]
fn op(request: &[u8], _line: &mut String) -> bool {
    let line = request.lines().next(); // HERE
    line.map_or(false, |line| line.unwrap().starts_with("GET "))
}

#[cfg(fixed)]
fn op(mut request: &[u8], line: &mut String) -> bool {
    line.clear();
    request.read_line(line).is_ok() && line.starts_with("GET ")
}

fn main() {
    let request = "GET /index.html HTTP/1.1\nHost: localhost\n\n";
    let mut line = String::new();
    for _ in 0..20 {
        let _call = mallocop::operation!("op");
        black_box(op(black_box(request.as_bytes()), &mut line));
    }
}
