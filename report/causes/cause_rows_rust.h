// What rows of several files say of Rust's library.
#pragma once

#include "report/causes/cause_table.h"

namespace mallocop::report {

inline constexpr std::string_view kMakeBefore = "make it once, before the first operation";
inline constexpr std::string_view kBorrow =
    "borrow instead of clone(), to_vec(), to_owned() or to_string(), or clone_from() into a value that is kept";

}  // namespace mallocop::report
