//! What every measured program in Rust needs: a way to keep the optimiser from removing what is measured. (The standard
//! library has one since 1.66.)

/// The compiler must take it that anything is done with the value.
#[inline(never)]
pub fn black_box<T>(value: T) -> T {
    unsafe {
        let copy = std::ptr::read_volatile(&value);
        std::mem::forget(value);
        copy
    }
}
