//! Marks for mallocop: say where an operation's call begins and ends.
//!
//! ```
//! fn parse(line: &str) -> Vec<&str> {
//!     let _call = mallocop::operation!("parse");
//!     line.split(' ').collect()
//! }
//! # parse("a b");
//! ```
//!
//! Under `mallocop run` every call is counted and timed on its own, and what it allocates is charged to it. Without the
//! shim nothing happens. The shim is looked for once, with `dlsym`, at the first mark.

use std::ffi::c_void;
use std::marker::PhantomData;
use std::os::raw::c_char;
use std::sync::atomic::{AtomicPtr, AtomicU32, Ordering};

/// What was allocated so far.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    pub allocations: u64,
    /// As requested.
    pub bytes: u64,
    pub frees: u64,
}

impl std::ops::Sub for Totals {
    type Output = Totals;
    fn sub(self, earlier: Totals) -> Totals {
        Totals {
            allocations: self.allocations - earlier.allocations,
            bytes: self.bytes - earlier.bytes,
            frees: self.frees - earlier.frees,
        }
    }
}

/// `struct mallocop_api_v1` of mallocop/abi.h.
#[repr(C)]
struct Api {
    version: u32,
    size: u32,
    operation: extern "C" fn(*const c_char) -> u32,
    begin: extern "C" fn(u32) -> u64,
    begin_named: extern "C" fn(*const c_char) -> u64,
    end: extern "C" fn(u64),
    end_n: extern "C" fn(u64, u64),
    thread_totals: extern "C" fn(*mut Totals) -> u32,
    process_totals: extern "C" fn(*mut Totals) -> u32,
    switch_to: extern "C" fn(u64),
}

extern "C" {
    fn dlsym(handle: *mut c_void, symbol: *const c_char) -> *mut c_void;
}

/// Null until it was looked for; NOT_THERE if there is no shim.
static API: AtomicPtr<Api> = AtomicPtr::new(std::ptr::null_mut());
const NOT_THERE: *mut Api = std::mem::align_of::<Api>() as *mut Api;

#[cold]
fn find_api() -> *mut Api {
    let symbol = b"mallocop_api_v1_table\0";
    // SAFETY: a null handle is RTLD_DEFAULT. What the symbol names is a table of at least `size` bytes, for good.
    let api = unsafe {
        let found = dlsym(std::ptr::null_mut(), symbol.as_ptr().cast()).cast::<Api>();
        let whole = !found.is_null() && (*found).size as usize >= std::mem::size_of::<Api>();
        if whole {
            found
        } else {
            NOT_THERE
        }
    };
    API.store(api, Ordering::Release);
    api
}

#[inline]
fn api() -> Option<&'static Api> {
    let mut api = API.load(Ordering::Acquire);
    if api.is_null() {
        api = find_api();
    }
    // SAFETY: find_api() saw the table, which is never written and never goes.
    (api != NOT_THERE).then(|| unsafe { &*api })
}

/// Whether the shim is preloaded.
pub fn active() -> bool {
    api().is_some()
}

/// Whether what this thread allocates is recorded now, so that totals mean something.
pub fn recording() -> bool {
    let mut totals = Totals::default();
    api().map_or(false, |api| (api.thread_totals)(&mut totals) != 0)
}

/// What this thread allocated so far; zeros if nothing is recorded.
pub fn thread_totals() -> Totals {
    let mut totals = Totals::default();
    if let Some(api) = api() {
        (api.thread_totals)(&mut totals);
    }
    totals
}

/// What all threads allocated so far, those that ended included. Exact if no other thread allocates meanwhile.
pub fn process_totals() -> Totals {
    let mut totals = Totals::default();
    if let Some(api) = api() {
        (api.process_totals)(&mut totals);
    }
    totals
}

/// From here on this thread runs this coroutine, any number that tells it from the thread's others; 0 is the thread
/// itself. Calls begun in a coroutine are its own.
pub fn switch_to(coroutine: u64) {
    if let Some(api) = api() {
        (api.switch_to)(coroutine & ((1 << 60) - 1));
    }
}

/// Longer names are cut.
const MAX_NAME: usize = 255;

/// A name with its zero, on the stack: a mark allocates nothing.
fn with_c_name<R>(name: &str, use_name: impl FnOnce(*const c_char) -> R) -> R {
    let mut text = [0u8; MAX_NAME + 1];
    let mut length = name.len().min(MAX_NAME);
    while !name.is_char_boundary(length) {
        length -= 1;
    }
    text[..length].copy_from_slice(&name.as_bytes()[..length]);
    use_name(text.as_ptr().cast())
}

/// An operation whose name is looked up at its first call. Made by `operation!`.
pub struct Name {
    name: &'static str,
    id: AtomicU32,
}

impl Name {
    pub const fn new(name: &'static str) -> Name {
        Name { name, id: AtomicU32::new(0) }
    }

    pub fn begin(&self) -> Operation {
        let call = api().map_or(0, |api| {
            let mut id = self.id.load(Ordering::Relaxed);
            if id == 0 {
                id = with_c_name(self.name, |name| (api.operation)(name));
                self.id.store(id, Ordering::Relaxed);
            }
            (api.begin)(id)
        });
        Operation { call, thread: PhantomData }
    }
}

/// A call of an operation, which lasts as long as this does. It ends in the thread in which it began.
#[must_use = "the call ends when this is dropped"]
pub struct Operation {
    call: u64,
    thread: PhantomData<*const ()>,
}

impl Operation {
    /// For a name that is made up at run time; `operation!` is quicker.
    pub fn begin(name: &str) -> Operation {
        let call = api().map_or(0, |api| with_c_name(name, |name| (api.begin_named)(name)));
        Operation { call, thread: PhantomData }
    }

    /// The call ends and stood for so many repetitions, among which its figures are divided. 0 counts as 1.
    pub fn end_n(mut self, iterations: u64) {
        if let (Some(api), true) = (api(), self.call != 0) {
            (api.end_n)(self.call, iterations.max(1));
        }
        self.call = 0;
    }
}

impl Drop for Operation {
    fn drop(&mut self) {
        if let (Some(api), true) = (api(), self.call != 0) {
            (api.end)(self.call);
        }
    }
}

/// Begins a call of the operation of this name, a literal: `let _call = mallocop::operation!("parse");`
#[macro_export]
macro_rules! operation {
    ($name:expr) => {{
        static NAME: $crate::Name = $crate::Name::new($name);
        NAME.begin()
    }};
}
