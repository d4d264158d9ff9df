// cause: sort buffer
// Records are sorted by their score.
use keep::black_box;

fn op(records: &mut [(u32, f32)]) {
    #[cfg(not(fixed))]
    records.sort_by_key(|record| record.0); // HERE
    #[cfg(fixed)]
    records.sort_unstable_by_key(|record| record.0);
}

fn main() {
    let mut records = vec![(0, 0.0); 2000];
    for _ in 0..20 {
        for (index, record) in records.iter_mut().enumerate() {
            *record = ((index as u32 * 7919) % 2003, index as f32);
        }
        let _call = mallocop::operation!("op");
        op(black_box(&mut records));
    }
}
