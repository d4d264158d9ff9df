// What Rust's standard library allocates for texts and for the system. Names are those of both manglings:
// "alloc::vec::Vec<T>::push", "<alloc::vec::Vec<u8>>::push".
#include "report/causes/cause_rows_rust.h"

namespace mallocop::report {
namespace {

constexpr std::string_view kWrite = "write!() into a String that is kept between operations";
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

}  // namespace

void add_rust_rows(std::vector<Cause>& rows) {
  for (const std::vector<Cause>& part : {text_rows(), system_rows()}) rows.insert(rows.end(), part.begin(), part.end());
}

}  // namespace mallocop::report
