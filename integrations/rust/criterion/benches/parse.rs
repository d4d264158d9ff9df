//! Before and after a change, by Criterion's own baseline:
//!   RUNNER='mallocop run --quiet --'
//!   CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_RUNNER=$RUNNER cargo bench -- --save-baseline before
//!   CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_RUNNER=$RUNNER PARSE=after cargo bench -- --baseline before
//! The environment variable stands in for the change: "after" reserves, "worse" copies every word.
use std::env;

use criterion::Criterion;
use mallocop_criterion::{Allocations, Bytes, Counted};

const LINE: &str = "a line of nine words for the two parsers";

fn before(line: &str) -> Vec<&str> {
    let mut words = Vec::new();
    for word in line.split(' ') {
        words.push(word);
    }
    words
}

fn after(line: &str) -> Vec<&str> {
    let mut words = Vec::with_capacity(16);
    words.extend(line.split(' '));
    words
}

fn worse(line: &str) -> Vec<&str> {
    line.split(' ').map(|word| word.to_string()).for_each(drop);
    before(line)
}

fn parser() -> fn(&str) -> Vec<&str> {
    match env::var("PARSE").as_deref() {
        Ok("after") => after,
        Ok("worse") => worse,
        _ => before,
    }
}

fn allocations(c: &mut Criterion<Allocations>) {
    let parse = parser();
    c.bench_function("parse", |b| b.iter_counted(|| parse(LINE)));
    c.bench_function("parse by iter", |b| b.iter(|| parse(LINE)));
    c.bench_function("length", |b| b.iter_counted(|| LINE.len()));
}

fn bytes(c: &mut Criterion<Bytes>) {
    let parse = parser();
    c.bench_function("parse, bytes", |b| b.iter_counted(|| parse(LINE)));
}

mallocop_criterion::count_main! {
    allocations: allocations;
    bytes: bytes;
}
