// cause: Rust format!
// A type writes itself by way of a String; whoever prints it keeps the memory.
use keep::black_box;
use std::fmt;
use std::fmt::Write;

struct Price {
    cents: u64,
}

impl fmt::Display for Price {
    fn fmt(&self, out: &mut fmt::Formatter) -> fmt::Result {
        let text = format!("{}.{:02} euros", self.cents / 100, self.cents % 100); // HERE
        out.write_str(&text)
    }
}

fn main() {
    let mut page = String::with_capacity(1000);
    for cents in 0..20 {
        let price = black_box(Price { cents: cents * 117 });
        let _call = mallocop::operation!("op");
        page.clear();
        write!(page, "it costs {}", price).unwrap();
        black_box(&page);
    }
}
