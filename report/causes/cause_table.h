// The table of causes: one row for each way a cause shows, and nothing about a cause is written anywhere else.
//
// A row is found by what stands between the allocation and the user's own code, and by what the site does. A cause may
// have several rows. To add one, write a row in one of the cause_rows_*.cpp and a program in tests/causes/programs.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "report/model/profile.h"

namespace mallocop::report {

// What the change that a cause advises takes away from a site.
enum class Saving {
  kAll,          // every allocation and its bytes
  kKept,         // all but those of the first call that allocates: what it made is used again
  kGrowth,       // all but one block of a call, where a call grows it several times; else as kKept
  kAllocations,  // the allocations, while the bytes move into another block
};

// How the user's code reached the allocator, if there is no function in between that a row could be about.
enum class Direct {
  kNo,
  kAnyNew,  // operator new, which operator new[] may have called: it is not on the stack where it leaves by a jump
  kNew,
  kArrayNew,
  kMalloc,
};

// What a site must do besides.
enum class Behaviour {
  kAny,
  kReallocates,  // some of its blocks come from a realloc of a live one
  kFirstCall,    // it allocates in the first call only, or the first few
};

using Patterns = std::vector<std::string_view>;  // globs

// All conditions of a row must hold; an empty one does.
struct Cause {
  std::string_view name = {};
  // Bare names (short_name.h): a function between the allocation and the user's own code.
  Patterns functions = {};
  // The row decides from wherever it is, the outermost such row first: what allocates inside does not matter. Without,
  // the innermost frame that a row knows decides …
  bool owns = false;
  // … but functions that work for one another inside a library are one family: of a run of such frames the outermost
  // that a row knows decides.
  std::string_view family = {};
  std::vector<std::string_view> texts = {};          // the whole name, without inline namespaces, holds one of these
  std::string_view excluded_text = {};               // … and not this
  bool called_directly = false;                      // by the user's own code
  Patterns outside = {};                             // a frame further out, still inside the library, matches one …
  std::vector<std::string_view> outside_texts = {};  // … and its whole name holds one of these
  Patterns not_inside = {};                          // no frame further in matches one
  // The row is about what calls the user's own code, which allocates: a frame of the library right outside of it.
  Patterns around = {};
  // Optimised code calls this function for several reasons, and only inlined frames tell which.
  bool needs_debug_info = false;
  Direct direct = Direct::kNo;
  FrameRole role = FrameRole::kPlain;  // of a frame of the user's own code, which is then the site's location
  Patterns user_functions = {};        // the function at the location
  Behaviour behaviour = Behaviour::kAny;
  Saving saving = Saving::kAll;
  bool grows_by_realloc = false;  // kGrowth: a block that is not reallocated begins to grow
  // What to do. {type} is the class of the function that told, {largest} the largest block, {reserve} a call of
  // reserve() that makes room for it, {characters} how many fit into it, {each_call} all that a call allocates. Empty:
  // there is nothing to be done.
  std::string_view advice = {};
  std::string_view advice_once = {};   // where no call allocates more than once
  std::string_view advice_first = {};  // where only the first calls do, or fewer and fewer
};

// What a value is copied into, by its constructors and assignments; visiting one copies out of it.
inline Patterns holders() {
  return {"std::*ptional*", "std::variant::*", "std::__detail::__variant::_Uninitialized*",
          "std::__detail::__variant::_*_base::*"};
}

// In order of precedence.
std::span<const Cause> cause_table();

// The first row of a name; nullptr for "unknown".
const Cause* find_cause(std::string_view name);

// The parts of the table, each in a file of its own.
void add_object_rows(std::vector<Cause>& rows);
void add_string_rows(std::vector<Cause>& rows);
void add_container_rows(std::vector<Cause>& rows);
void add_runtime_rows(std::vector<Cause>& rows);
void add_library_rows(std::vector<Cause>& rows);
void add_rust_rows(std::vector<Cause>& rows);
void add_rust_container_rows(std::vector<Cause>& rows);

}  // namespace mallocop::report
