//! Frames of Rust: closures, generics, trait objects, containers, unwinding. What they allocate goes through the C
//! library's malloc, where the program compares the stack.

use std::collections::HashMap;
use std::panic::{catch_unwind, AssertUnwindSafe};

extern "C" {
    fn compare_here();
}

/// The same numbers for the same seed, as in random.h.
struct Random(u64);
impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % bound
    }
}

struct Walk {
    random: Random,
    depth: u64,
}

trait Shape {
    fn go_on(&self, walk: &mut Walk) -> usize;
}
struct Small(u8);
struct Large([u64; 40]);
impl Shape for Small {
    fn go_on(&self, walk: &mut Walk) -> usize {
        usize::from(self.0) + go_on(walk)
    }
}
impl Shape for Large {
    fn go_on(&self, walk: &mut Walk) -> usize {
        self.0.len() + go_on(walk) + self.0[3] as usize
    }
}

#[repr(align(64))]
struct Aligned([f32; 32]);

#[inline(never)]
fn through_trait_object(walk: &mut Walk) -> usize {
    let shape: Box<dyn Shape> = if walk.random.below(2) == 0 { Box::new(Small(3)) } else { Box::new(Large([7; 40])) };
    shape.go_on(walk) + 1
}

#[inline(never)]
fn through_closures(walk: &mut Walk) -> usize {
    let number = walk.random.below(9) as usize;
    let inner = |walk: &mut Walk| go_on(walk) + number;
    let outer: Box<dyn Fn(&mut Walk) -> usize + '_> = Box::new(move |walk| inner(walk) * 2);
    outer(walk)
}

#[inline(never)]
fn generic<T: Clone + Default, const N: usize>(walk: &mut Walk) -> usize {
    let mut values = vec![T::default(); N];
    values.reserve(N + walk.random.below(50) as usize);
    go_on(walk) + values.len()
}

#[inline(never)]
fn through_strings(walk: &mut Walk) -> usize {
    let text = format!("{}-{:?}", walk.depth, vec![walk.random.below(1000); 3]);
    go_on(walk) + text.to_uppercase().len()
}

#[inline(never)]
fn through_map(walk: &mut Walk) -> usize {
    let mut map = HashMap::new();
    for key in 0..walk.random.below(20) {
        map.insert(key, key.to_string());
    }
    go_on(walk) + map.values().map(String::len).sum::<usize>()
}

#[inline(never)]
fn through_sort(walk: &mut Walk) -> usize {
    let mut values: Vec<u64> = (0..30).map(|_| walk.random.below(1000)).collect();
    let mut first = true;
    values.sort_by(|a, b| {
        if std::mem::replace(&mut first, false) {
            go_on(walk);
        }
        a.cmp(b)
    });
    values.len()
}

#[inline(never)]
fn touch(aligned: &mut Aligned) {
    aligned.0[1] += 1.0;
}

#[inline(never)]
fn with_aligned_local(walk: &mut Walk) -> usize {
    let mut aligned = Aligned([1.0; 32]);
    touch(&mut aligned);
    go_on(walk) + aligned.0[5] as usize
}

#[inline(never)]
fn recurse(walk: &mut Walk, times: u64) -> usize {
    if times == 0 { go_on(walk) } else { recurse(walk, times - 1) + 1 }
}

struct GoesOnAtDrop<'a>(&'a mut Walk);
impl Drop for GoesOnAtDrop<'_> {
    fn drop(&mut self) {
        go_on(self.0);
    }
}

/// Without unwinding there is nothing to catch.
#[inline(never)]
fn while_unwinding(walk: &mut Walk) -> usize {
    if cfg!(not(panic = "unwind")) {
        return go_on(walk);
    }
    let result = catch_unwind(AssertUnwindSafe(|| {
        let guard = GoesOnAtDrop(walk);
        std::panic::resume_unwind(Box::new(guard.0.depth));
    }));
    usize::from(result.is_err())
}

#[inline(never)]
fn in_catch(walk: &mut Walk) -> usize {
    catch_unwind(AssertUnwindSafe(|| go_on(walk))).unwrap_or(0)
}

fn go_on(walk: &mut Walk) -> usize {
    if walk.depth == 0 {
        unsafe { compare_here() };
        return Box::new(walk.random.below(5)).count_ones() as usize;
    }
    walk.depth -= 1;
    let result = match walk.random.below(12) {
        0 => through_trait_object(walk),
        1 => through_closures(walk),
        2 => generic::<u8, 7>(walk),
        3 => generic::<String, 3>(walk),
        4 => generic::<[u64; 4], 5>(walk),
        5 => through_strings(walk),
        6 => through_map(walk),
        7 => through_sort(walk),
        8 => with_aligned_local(walk),
        9 => {
            let times = walk.random.below(6);
            recurse(walk, times)
        }
        10 => while_unwinding(walk),
        _ => in_catch(walk),
    };
    walk.depth += 1;
    result
}

/// One random walk; the result depends on all of it, so that nothing is left out.
#[no_mangle]
pub extern "C" fn walk_through_rust(seed: u64) -> usize {
    let mut walk = Walk { random: Random(seed), depth: 0 };
    walk.depth = walk.random.below(16);
    go_on(&mut walk)
}
