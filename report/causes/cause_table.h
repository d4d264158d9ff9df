// The table of causes: one row for each, and nothing about a cause is written anywhere else.
#pragma once

#include <span>
#include <string_view>
#include <vector>

namespace mallocop::report {

// What the change that a cause advises takes away from a site.
enum class Saving {
  kAll,          // every allocation and its bytes
  kGrowth,       // all but one allocation of a call, where a call grows a block several times
  kAllocations,  // the allocations, while the bytes move into another block
};

struct Cause {
  std::string_view name;
  // Patterns (glob) of bare names (short_name.h): a function between the allocation and the user's own code.
  std::vector<std::string_view> functions;
  // Functions that work for one another inside a library: of a run of such frames the outermost that a row knows
  // decides. Empty: the row is decided by the frame itself.
  std::string_view family;
  std::string_view requires_text;  // what the whole name must hold …
  std::string_view excludes_text;  // … and must not
  std::string_view with;           // a pattern that a frame further out, still inside the library, must match
  Saving saving;
  // What to do. {type} is the class of the recognised function, {largest} the largest block.
  std::string_view advice;
};

// In order of precedence.
std::span<const Cause> cause_table();

// Causes that no function name tells: the user's code calls the allocator itself.
const Cause& cause_of_new();
const Cause& cause_of_array_new();
const Cause& cause_of_malloc();
const Cause& cause_of_realloc();

// The row of a name; nullptr for "unknown".
const Cause* find_cause(std::string_view name);

}  // namespace mallocop::report
