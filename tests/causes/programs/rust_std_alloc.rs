// cause: malloc called directly
// An arena takes its block by a Layout.
use keep::black_box;
use std::alloc::{alloc, dealloc, Layout};

fn op(size: usize) {
    let layout = Layout::from_size_align(size, 64).unwrap();
    unsafe {
        let block = alloc(layout); // HERE
        black_box(block);
        dealloc(block, layout);
    }
}

fn main() {
    for _ in 0..20 {
        let _call = mallocop::operation!("op");
        op(black_box(4096));
    }
}
