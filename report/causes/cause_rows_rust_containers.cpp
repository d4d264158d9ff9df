// Containers and boxes of Rust's standard library, copies of them, and what makes them.
#include "report/causes/cause_rows_rust.h"

namespace mallocop::report {
namespace {

constexpr std::string_view kLibrary = "*alloc::*";
constexpr std::string_view kExtend =
    "keep the Vec between operations and extend() it, or use an array: its block ({largest}) is made anew each time";

}  // namespace

void add_rust_container_rows(std::vector<Cause>& rows) {
  const std::vector<Cause> containers = {
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
  rows.insert(rows.end(), containers.begin(), containers.end());
}

}  // namespace mallocop::report
