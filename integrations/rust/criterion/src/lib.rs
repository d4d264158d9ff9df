//! Criterion measures allocations, or requested bytes, in place of time:
//!
//! ```no_run
//! use criterion::Criterion;
//! use mallocop_criterion::{Allocations, Counted};
//!
//! fn bench(c: &mut Criterion<Allocations>) {
//!     c.bench_function("to_string", |b| b.iter_counted(|| 42.to_string()));
//! }
//! mallocop_criterion::count_main! { allocations: bench; }
//! ```
//!
//! Run under the shim (`mallocop run`), `--save-baseline before` and `--baseline before` compare allocations per
//! iteration in Criterion's own words. Without the shim the benchmark ends with a message and status 1.
//!
//! Counted is what the thread that iterates allocates. Figures are the same in every sample, which Criterion's statistics
//! are not made for: of a spread of zero it makes NaN, a sample of zero it refuses, and its plots panic. So every other
//! sample is larger by one part in 10^9, and `iter_counted` adds a millionth of an allocation (or byte) to each
//! iteration; both are rounded away when a value is shown. `iter` does as well, unless nothing is allocated. Plots are
//! always off; `count_main!` stands in for `criterion_group!`, which would turn them on.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use criterion::measurement::{Measurement, ValueFormatter};
use criterion::{black_box, Bencher, Criterion, Throughput};

const PER_ITERATION: f64 = 1e-6;
const SPREAD: f64 = 1e-9;

#[derive(Clone, Copy)]
enum Metric {
    Allocations,
    Bytes,
}

impl Metric {
    fn now(self) -> u64 {
        let totals = mallocop::thread_totals();
        match self {
            Metric::Allocations => totals.allocations,
            Metric::Bytes => totals.bytes,
        }
    }
    fn unit(self) -> &'static str {
        match self {
            Metric::Allocations => "allocations",
            Metric::Bytes => "bytes",
        }
    }
}

impl ValueFormatter for Metric {
    fn format_value(&self, value: f64) -> String {
        let rounded = (value * 1e4).round() / 1e4;
        format!("{} {}", rounded, self.unit())
    }
    // Criterion draws densities of what comes from here, so the spread must stay in it.
    fn scale_values(&self, _typical: f64, _values: &mut [f64]) -> &'static str {
        self.unit()
    }
    fn scale_throughputs(&self, _typical: f64, throughput: &Throughput, values: &mut [f64]) -> &'static str {
        let (amount, unit) = match (self, throughput) {
            (Metric::Allocations, Throughput::Elements(n)) => (*n, "allocations/element"),
            (Metric::Bytes, Throughput::Elements(n)) => (*n, "bytes/element"),
            (Metric::Allocations, Throughput::Bytes(n)) => (*n, "allocations/byte"),
            (Metric::Bytes, Throughput::Bytes(n)) => (*n, "bytes/byte"),
            #[allow(unreachable_patterns)] // later releases have more
            _ => (1, "per iteration"),
        };
        for value in values {
            *value /= amount as f64;
        }
        unit
    }
    fn scale_for_machines(&self, values: &mut [f64]) -> &'static str {
        for value in values {
            *value = (*value * 1e4).round() / 1e4;
        }
        self.unit()
    }
}

/// What both measurements share.
struct Counter {
    metric: Metric,
}

/// Whether the latest sample was made larger. Criterion calls a benchmark once for each sample, so this is nobody's own.
static ODD: AtomicBool = AtomicBool::new(false);

impl Counter {
    fn new(metric: Metric) -> Counter {
        require_shim();
        Counter { metric }
    }
    fn end(&self, begin: u64) -> f64 {
        let count = (self.metric.now() - begin) as f64;
        require_shim();
        Self::spread(count)
    }
    fn spread(count: f64) -> f64 {
        if ODD.fetch_xor(true, Ordering::Relaxed) {
            count
        } else {
            count * (1.0 + SPREAD)
        }
    }
    fn count<O>(&self, iterations: u64, routine: &mut impl FnMut() -> O) -> f64 {
        let begin = self.metric.now();
        for _ in 0..iterations {
            black_box(routine());
        }
        let count = (self.metric.now() - begin) as f64;
        require_shim();
        Self::spread(count + iterations as f64 * PER_ITERATION)
    }
}

fn require_shim() {
    if !mallocop::recording() {
        eprintln!(
            "mallocop: nothing is counted: libmallocop.so is not preloaded, or stopped recording. Run, for example:\n  \
             CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_RUNNER='mallocop run --quiet --' cargo bench"
        );
        std::process::exit(1);
    }
}

macro_rules! measurement {
    ($(#[$documentation:meta])* $name:ident, $config:ident) => {
        $(#[$documentation])*
        pub struct $name(Counter);

        impl $name {
            /// Ends the process with a message if nothing would be counted.
            #[allow(clippy::new_without_default)]
            pub fn new() -> $name {
                $name(Counter::new(Metric::$name))
            }
        }

        impl Measurement for $name {
            type Intermediate = u64;
            type Value = f64;

            fn start(&self) -> u64 {
                self.0.metric.now()
            }
            fn end(&self, begin: u64) -> f64 {
                self.0.end(begin)
            }
            fn add(&self, one: &f64, other: &f64) -> f64 {
                one + other
            }
            fn zero(&self) -> f64 {
                0.0
            }
            fn to_f64(&self, value: &f64) -> f64 {
                *value
            }
            fn formatter(&self) -> &dyn ValueFormatter {
                &self.0.metric
            }
        }

        impl Counted for Bencher<'_, $name> {
            fn iter_counted<O>(&mut self, mut routine: impl FnMut() -> O) {
                let counter = Counter::new(Metric::$name);
                self.iter_custom(|iterations| counter.count(iterations, &mut routine));
            }
        }

        /// A Criterion that measures this as the command line says: quick, since counts need no repetitions, and without
        /// plots.
        pub fn $config() -> Criterion<$name> {
            Criterion::default()
                .with_measurement($name::new())
                .warm_up_time(Duration::from_millis(100))
                .measurement_time(Duration::from_millis(200))
                .sample_size(10)
                .nresamples(1001)
                .configure_from_args()
                .without_plots()
        }
    };
}

measurement!(
    /// Allocations per iteration.
    Allocations,
    allocations
);
measurement!(
    /// Requested bytes per iteration.
    Bytes,
    bytes
);

/// `iter_counted` in place of Criterion's `iter`: the same, and it bears a routine that allocates nothing.
pub trait Counted {
    fn iter_counted<O>(&mut self, routine: impl FnMut() -> O);
}

/// `main` for benchmarks that count: `allocations` and `bytes`, each with the functions that take its Criterion.
#[macro_export]
macro_rules! count_main {
    ($($metric:ident: $($target:path),+;)+) => {
        fn main() {
            $({
                let mut criterion = $crate::$metric();
                $($target(&mut criterion);)+
                criterion.final_summary();
            })+
        }
    };
}
