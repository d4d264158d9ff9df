// cause: Rust format!
// to_string() of a type with Display.
use std::fmt;
use keep::black_box;

struct Point {
    x: f64,
    y: f64,
}

impl fmt::Display for Point {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "({}, {})", self.x, self.y)
    }
}

fn op(point: &Point) {
    let text = point.to_string(); // HERE
    black_box(&text);
}

fn main() {
    let point = Point { x: 0.5, y: 1.5 };
    for _ in 0..20 {
        let _call = mallocop::operation!("op");
        op(black_box(&point));
    }
}
