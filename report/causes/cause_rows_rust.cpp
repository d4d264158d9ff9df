// Rust's standard library. Names are those of both manglings: "alloc::vec::Vec<T>::push",
// "<alloc::vec::Vec<u8>>::push".
#include "report/causes/cause_table.h"

namespace mallocop::report {
namespace {

constexpr std::string_view kLibrary = "*alloc::*";
constexpr std::string_view kMakeBefore = "make it once, before the first operation";
constexpr std::string_view kWrite = "write!() into a String that is kept between operations";
constexpr std::string_view kExtend =
    "keep the Vec between operations and extend() it, or use an array: its block ({largest}) is made anew each time";
constexpr std::string_view kBorrow =
    "borrow instead of clone(), to_vec(), to_owned() or to_string(), or clone_from() into a value that is kept";
constexpr std::string_view kToString = "*alloc::string::*ToString*::*to_string";
constexpr std::string_view kReferenceShown = "<&T as core::fmt::Display>::fmt";
constexpr std::string_view kErrors =
    "return an enum of what may go wrong: an error in a Box is allocated, and its text copied, each time";

std::vector<Cause> text_rows() {
  return {
      {.name = "Rust format!",
       .functions = {"alloc::fmt::format*"},
       .owns = true,
       .not_inside = {"*::to_vec*", "*::to_owned*", "*Clone*::clone*"},
       .saving = Saving::kKept,
       .advice = kWrite,
       .advice_first = kMakeBefore},
      {.name = "Rust format!",
       .functions = {kToString},
       .owns = true,
       .not_inside = {"*::to_vec*", "*::to_owned*", "*Clone*::clone*", kReferenceShown},
       .saving = Saving::kKept,
       .advice = kWrite,
       .advice_first = kMakeBefore},
      // to_string() of a &&str: older libraries format it, and yet it is a copy, unless what it refers to is formatted.
      {.name = "Rust copy",
       .functions = {kReferenceShown},
       .owns = true,
       .outside = {kToString},
       .not_inside = {"core::fmt::write", "*core::fmt::num::*", "*core::fmt::float::*", "*::pad_integral"},
       .advice = kBorrow,
       .advice_first = kMakeBefore},
      {.name = "Rust format!",
       .functions = {kReferenceShown},
       .owns = true,
       .outside = {kToString},
       .saving = Saving::kKept,
       .advice = kWrite,
       .advice_first = kMakeBefore},
      // Of numbers, by way of a text on the stack.
      {.name = "Rust format!",
       .functions = {"<u* as alloc::string::SpecToString>::*", "<i* as alloc::string::SpecToString>::*",
                     "<char as alloc::string::SpecToString>::*", "<bool as alloc::string::SpecToString>::*"},
       .owns = true,
       .saving = Saving::kKept,
       .advice = kWrite,
       .advice_first = kMakeBefore},
      {.name = "Rust string transformed",
       .functions = {"alloc::str::*replace*", "alloc::str::*to_uppercase", "alloc::str::*to_lowercase",
                     "alloc::str::*to_ascii_*", "alloc::str::*repeat", "alloc::slice::*repeat", "<str>::replace*",
                     "<str>::to_uppercase", "<str>::to_lowercase", "<str>::to_ascii_*", "<str>::repeat",
                     "<[_]>::repeat", "*alloc::string::String*::from_utf8_lossy*"},
       .owns = true,
       .saving = Saving::kKept,
       .advice = "push() what comes out to a String that is kept and cleared, or change the text where it "
                 "is: this makes a String of its own ({largest})",
       .advice_first = "do it once, before the first operation"},
      {.name = "Rust join or concat",
       .functions = {"alloc::slice::*join*", "alloc::slice::*concat*", "alloc::str::join*", "alloc::str::*join*",
                     "alloc::str::*concat*"},
       .owns = true,
       .saving = Saving::kKept,
       .advice = "add the parts to a String or Vec that is kept between operations (push_str(), extend_from_slice())",
       .advice_first = "join them before the first operation"},
  };
}

std::vector<Cause> system_rows() {
  return {
      {.name = "Rust runtime started", .functions = {"std::rt::lang_start*"}, .owns = true},
      {.name = "Rust panic",
       .functions = {"rust_begin_unwind", "*__rustc*::rust_begin_unwind", "std::panicking::begin_panic*",
                     "std::panicking::rust_panic*", "core::panicking::*", "std::panic::resume_unwind*"},
       .owns = true,
       .advice = "return a Result instead of panicking on this path"},
      {.name = "Rust boxed error",
       .functions = {"*core::convert::From*", "std::error::*", "core::error::*", "alloc::boxed::convert::*"},
       .owns = true,
       .texts = {"> for alloc::boxed::Box<dyn std::error::Error", "> for alloc::boxed::Box<dyn core::error::Error",
                 "<alloc::boxed::Box<dyn std::error::Error", "<alloc::boxed::Box<dyn core::error::Error"},
       .advice = kErrors},
      {.name = "Rust boxed error",
       .functions = {"*std::io::error::Error*::new*", "*std::io::error::Error*::_new",
                     "*std::io::error::Error*::other*"},
       .owns = true,
       .advice = kErrors},
      {.name = "Rust channel",
       .functions = {"*std::sync::mpsc::sync_channel"},
       .owns = true,
       .advice = "make the channel before the first operation: the room for its messages ({largest}) comes with it",
       .advice_first = kMakeBefore},
      {.name = "Rust channel",
       .functions = {"*std::sync::mpsc::*", "*std::sync::mpmc::*"},
       .owns = true,
       .not_inside = {"*::context::*", "*::waker::*", "*::blocking::*"},
       .advice = "use a sync_channel() that is made before the first operation: it has room for its messages, while "
                 "channel() allocates it ({largest}) as they are sent"},
      {.name = "Rust channel",
       .functions = {"*std::sync::mpsc::*", "*std::sync::mpmc::*"},
       .owns = true,
       .advice = "try_recv() where something may be there: a thread that has to wait allocates what wakes it"},
      {.name = "Rust environment read",
       .functions = {"std::env::*"},
       .owns = true,
       .advice = "read it once before the first operation, and keep it"},
      {.name = "Rust process started",
       .functions = {"*std::process::*"},
       .owns = true,
       .advice =
           "keep the process, or do its work in this one: a Command allocates its arguments, environment and pipes"},
      {.name = "Rust line read",
       .functions = {"*std::io::Lines*::next", "*std::io::BufRead*::read_line*", "*std::io::BufRead*::read_until*",
                     "*std::io::Split*::next", "*std::io::stdio::*::read_line*"},
       .owns = true,
       .saving = Saving::kKept,
       .advice =
           "read_line() or read_until() into a String or Vec that is kept, cleared and has room for the longest line "
           "(largest block {largest}); lines() makes one for each",
       .advice_first = "make room for the longest line ({largest}) before the first operation"},
      {.name = "Rust file read whole",
       .functions = {"std::fs::read*", "*std::io::Read*::read_to_string*", "*std::io::Read*::read_to_end*"},
       .owns = true,
       .excluded_text = "read_dir",
       .saving = Saving::kKept,
       .advice =
           "read the file once before the first operation, or read_to_end() into a buffer that is kept and cleared "
           "({largest})",
       .advice_first = "make room for the file ({largest}) before the first operation"},
      {.name = "Rust file system",
       .functions = {"*std::fs::*"},
       .owns = true,
       .advice = "keep the file open, or what was found there, between operations: names are copied for the system and "
                 "from it"},
      {.name = "Rust path or C string",
       .functions = {"*std::ffi::c_str::*", "*alloc::ffi::c_str::*"},
       .owns = true,
       .saving = Saving::kKept,
       .advice = "keep the CString between operations; a literal needs none (c\"text\")"},
      {.name = "Rust path or C string",
       .functions = {"*std::path::*", "*std::ffi::os_str::*"},
       .owns = true,
       .saving = Saving::kKept,
       .advice =
           "keep the path between operations (PathBuf::push() and pop(), OsString::clear() use its memory again)"},
      {.name = "Rust reader or writer buffer",
       .functions = {"*std::io::buffered::*"},
       .owns = true,
       .saving = Saving::kKept,
       .advice = "keep the reader or writer between operations: its buffer ({largest}) is made anew each time",
       .advice_first = "make the reader or writer before the first operation"},
  };
}

std::vector<Cause> container_rows() {
  return {
      {.name = "Rust copy",
       .functions = {"*alloc::rc::Rc*::make_mut*", "*alloc::sync::Arc*::make_mut*"},
       .owns = true,
       .advice = "drop the other Rc or Arc before: make_mut() copies what somebody else holds, too",
       .advice_first = kMakeBefore},
      // vec![vec![0; columns]; rows]
      {.name = "Rust Vec built",
       .functions = {"<alloc::vec::Vec as core::clone::Clone>::clone"},
       .owns = true,
       .outside = {"alloc::vec::from_elem*"},
       .saving = Saving::kKept,
       .advice = "keep it between operations and fill() it, or lay it out in one Vec: each of its elements is a Vec "
                 "with a block of its own (largest {largest})",
       .advice_first = kMakeBefore},
      {.name = "Rust Vec built",
       .functions = {"*alloc::vec::Vec*::split_off*", "*alloc::string::String*::split_off*"},
       .owns = true,
       .saving = Saving::kKept,
       .advice = "drain() it, or use a slice of what is there: split_off() moves the rest into a block of its own "
                 "({largest})",
       .advice_first = kMakeBefore},
      {.name = "Rust copy",
       .functions = {"<* as core::clone::Clone>::clone*", "*ConvertVec*::to_vec*", "alloc::slice::*to_vec*",
                     "alloc::slice::*to_owned*", "*alloc::borrow::ToOwned*::to_owned", "alloc::str::*to_owned",
                     "*alloc::string::String as core::convert::From*::from",
                     "<alloc::boxed::Box as core::convert::From>::from", "alloc::boxed::convert::*"},
       .owns = true,
       .excluded_text = "core::convert::From<T>",  // which moves
       .advice = kBorrow,
       .advice_first = kMakeBefore},
      {.name = "Rust collect",
       .functions = {"*core::iter::traits::iterator::Iterator*::collect*", "*FromIterator*::from_iter*",
                     "*SpecFromIter*::from_iter*", "*core::iter::traits::iterator::Iterator*::partition*",
                     "*core::iter::traits::iterator::Iterator*::unzip*"},
       .owns = true,
       .saving = Saving::kKept,
       .advice = "go on with the iterator itself, or extend() a collection that is kept and cleared",
       .advice_first = "collect before the first operation"},
      {.name = "Rust HashMap growth",
       .functions = {"*hashbrown::*", "*std::collections::hash::*"},
       .owns = true,
       .saving = Saving::kGrowth,
       .advice =
           "with_capacity() for as many as there will be (largest block {largest}), or keep it between operations: "
           "clear() keeps the table",
       .advice_once = "keep it between operations: clear() keeps the table ({largest})",
       .advice_first = "with_capacity() for as many as there will be, before the first operation"},
      {.name = "Rust BTreeMap node",
       .functions = {"*alloc::collections::btree::*"},
       .owns = true,
       .saving = Saving::kKept,
       .advice = "use a sorted Vec that is kept: a tree allocates nodes as it is filled"},
      {.name = "Rust Rc or Arc",
       .functions = {"*alloc::rc::*", "*alloc::sync::*"},
       .owns = true,
       .advice = "hold the value itself or borrow it; clone the Rc or Arc that is there instead of a new one"},
      {.name = "sort buffer",
       .functions = {"alloc::slice::*sort_by_cached_key*", "<[_]>::sort_by_cached_key*"},
       .owns = true,
       .advice = "sort_unstable_by_key(), which computes keys anew and takes no memory: sort_by_cached_key() keeps one "
                 "for each "
                 "element ({largest})"},
      {.name = "sort buffer",
       .functions = {"alloc::slice::merge_sort*", "alloc::slice::stable_sort*", "core::slice::sort::stable::*"},
       .owns = true,
       .advice =
           "sort_unstable(), sort_unstable_by() or sort_unstable_by_key(): a stable sort takes a buffer ({largest})"},
      {.name = "Rust String growth",
       .functions = {"*alloc::raw_vec::*grow*", "*alloc::raw_vec::*reserve*"},
       .outside = {"*alloc::string::String*"},
       .needs_debug_info = true,
       .saving = Saving::kGrowth,
       .grows_by_realloc = true,
       .advice = "String::with_capacity({bytes}) before it is filled, or keep it between operations: clear() keeps the "
                 "capacity",
       .advice_once = "keep the String between operations: clear() keeps the capacity ({largest})",
       .advice_first = "String::with_capacity({bytes}) before the first operation"},
      {.name = "Rust Vec growth",
       .functions = {"*alloc::raw_vec::*grow*", "*alloc::raw_vec::*reserve*"},
       .outside = {"*vec_deque*"},
       .needs_debug_info = true,
       .saving = Saving::kGrowth,
       .grows_by_realloc = true,
       .advice =
           "VecDeque::with_capacity() before it is filled (largest block {largest}), or keep it between operations: "
           "clear() keeps the capacity",
       .advice_once = "keep the VecDeque between operations: clear() keeps the capacity ({largest})",
       .advice_first = "VecDeque::with_capacity() before the first operation (largest block {largest})"},
      {.name = "Rust Vec growth",
       .functions = {"*alloc::raw_vec::*grow*", "*alloc::raw_vec::*reserve*"},
       .outside = {"*binary_heap*"},
       .needs_debug_info = true,
       .saving = Saving::kGrowth,
       .grows_by_realloc = true,
       .advice =
           "BinaryHeap::with_capacity() before it is filled (largest block {largest}), or keep it between operations: "
           "clear() keeps the capacity",
       .advice_once = "keep the BinaryHeap between operations: clear() keeps the capacity ({largest})",
       .advice_first = "BinaryHeap::with_capacity() before the first operation (largest block {largest})"},
      {.name = "Rust Vec growth",
       .functions = {"*alloc::raw_vec::*grow*", "*alloc::raw_vec::*reserve*"},
       .needs_debug_info = true,
       .saving = Saving::kGrowth,
       .grows_by_realloc = true,
       .advice =
           "Vec::with_capacity() before it is filled (largest block {largest}), or keep it between operations: clear() "
           "keeps the capacity",
       .advice_once = "keep the Vec between operations: clear() keeps the capacity ({largest})",
       .advice_first = "Vec::with_capacity() before the first operation (largest block {largest})"},
      {.name = "Rust Vec built",
       .functions = {"*alloc::vec::from_elem*", "*alloc::vec::*::with_capacity*", "*alloc::raw_vec::*with_capacity*",
                     "*alloc::raw_vec::*allocate_in*", "*alloc::string::String*::with_capacity*"},
       .saving = Saving::kKept,
       .advice = "keep it between operations and clear() or fill() it: its block ({largest}) is made anew each time",
       .advice_first = "make it before the first operation"},
      {.name = "Rust shrink",
       .functions = {"*alloc::raw_vec::*shrink*"},
       .advice =
           "leave the Vec or String as it is, or make it with the capacity that it will have: into_boxed_slice() and "
           "shrink_to_fit() move what has room left into a smaller block ({largest})"},
      // vec![a, b]: what it holds is put into a block of a Box's kind.
      {.name = "Rust Vec built",
       .functions = {"alloc::alloc::exchange_malloc", "alloc::boxed::box_new*", "*alloc::boxed::Box*::new_uninit*"},
       .family = kLibrary,
       .needs_debug_info = true,
       .saving = Saving::kKept,
       .advice = kExtend,
       .advice_first = kMakeBefore},
      {.name = "Rust Vec built",
       .functions = {"<alloc::vec::Vec as core::convert::From>::from"},
       .family = kLibrary,
       .texts = {"core::convert::From<[T; N]>"},
       .needs_debug_info = true,
       .saving = Saving::kKept,
       .advice = kExtend,
       .advice_first = kMakeBefore},
      {.name = "Rust Box",
       .functions = {"*alloc::boxed::Box*::new", "*alloc::boxed::Box*::new_in", "*alloc::boxed::Box*::try_new*",
                     "*alloc::boxed::Box*::new_zeroed*", "*alloc::boxed::Box*::pin*",
                     "<alloc::boxed::Box as core::default::Default>::default",
                     "<alloc::boxed::Box as core::convert::From>::from", "alloc::boxed::convert::*"},
       .family = kLibrary,
       .advice = "hold the value itself (an enum or impl Trait in place of dyn), reuse the Box, or keep nodes in a Vec "
                 "and refer to them by index",
       .advice_first = kMakeBefore},
      {.name = "node container insert",
       .functions = {"*alloc::collections::linked_list::*"},
       .owns = true,
       .advice =
           "use a VecDeque that is kept, or move the nodes (append(), split_off()): a LinkedList allocates for every "
           "element"},
      // By the user, with a Layout.
      {.name = "malloc called directly",
       .functions = {"alloc::alloc::alloc", "alloc::alloc::alloc_zeroed"},
       .called_directly = true,
       .saving = Saving::kKept,
       .advice = "keep the block between operations (largest block {largest})",
       .advice_first = kMakeBefore},
      {.name = "realloc called directly",
       .functions = {"alloc::alloc::realloc"},
       .called_directly = true,
       .saving = Saving::kGrowth,
       .grows_by_realloc = true,
       .advice = "allocate the final size at once (largest block {largest}), or keep the block between operations",
       .advice_once = "keep the block between operations (largest block {largest})",
       .advice_first = "allocate the final size (largest block {largest}) before the first operation"},
  };
}

}  // namespace

void add_rust_rows(std::vector<Cause>& rows) {
  for (const std::vector<Cause>& part : {text_rows(), system_rows(), container_rows()}) {
    rows.insert(rows.end(), part.begin(), part.end());
  }
}

}  // namespace mallocop::report
