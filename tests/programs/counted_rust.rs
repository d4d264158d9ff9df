// Rust functions that are called so many times and allocate so much; see counted.cpp.

mod work {
    use keep::black_box;

    // 12 calls of 1 allocation.
    #[inline(never)]
    pub fn gather(size: usize) -> usize {
        black_box(Vec::<u64>::with_capacity(size + 1)).capacity()
    }

    // 3 calls of 2 allocations; a copy for each type.
    #[inline(never)]
    pub fn pair<T>(value: fn() -> T) -> (Box<T>, Box<T>) {
        (black_box(Box::new(value())), black_box(Box::new(value())))
    }

    pub struct Queue;
    impl Queue {
        // 5 calls of no allocation.
        #[inline(never)]
        pub fn poll(&self, number: u32) -> u32 {
            black_box(number) + 1
        }
    }
}

fn main() {
    let mut sum = 0;
    for size in 0..12 {
        sum += work::gather(size);
    }
    for _ in 0..3 {
        sum += *work::pair(|| 7usize).0;
    }
    for number in 0..5 {
        sum += work::Queue.poll(number) as usize;
    }
    assert!(sum > 0);
}
