// cause: Rust copy
// A derived Clone copies each String.
use keep::black_box;

#[derive(Clone)]
struct Order {
    customer: String,
    address: String,
}

fn op(order: &Order) {
    let copy = order.clone(); // HERE
    black_box((&copy.customer, &copy.address));
}

fn main() {
    let order = Order {
        customer: "somebody".into(),
        address: "somewhere".into(),
    };
    for _ in 0..20 {
        let _call = mallocop::operation!("op");
        op(black_box(&order));
    }
}
