//! The work of ways.h in Rust, each call marked, in 8 threads. No growth: a Vec's is another than a std::vector's.
use keep::black_box;

fn allocate(bytes: usize) {
    drop(black_box(Vec::<u8>::with_capacity(bytes)));
}

fn none() {
    let _call = mallocop::operation!("none");
}

fn one() {
    let _call = mallocop::operation!("one");
    allocate(100);
}

fn three() {
    let _call = mallocop::operation!("three");
    for bytes in [8, 16, 24] {
        allocate(bytes);
    }
}

fn hundredth(calls: usize) {
    let _call = mallocop::operation!("hundredth");
    if calls % 100 == 0 {
        for _ in 0..64 {
            allocate(40);
        }
    }
}

fn recurses(depth: usize) {
    let _call = mallocop::operation!("recurses");
    allocate(32);
    if depth > 0 {
        recurses(depth - 1);
    }
    for _ in 0..depth {
        allocate(32);
    }
}

fn work() {
    for call in 1..=1000 {
        none();
        one();
        three();
        hundredth(call);
    }
    for _ in 0..250 {
        recurses(3);
    }
}

fn main() {
    let threads: Vec<_> = (0..8).map(|_| std::thread::spawn(work)).collect();
    for thread in threads {
        thread.join().unwrap();
    }
}
