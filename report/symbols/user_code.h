// Which frame of a stack is the user's own code: the line where something can be changed.
#pragma once

#include <cstddef>
#include <optional>

#include "report/model/profile.h"

namespace mallocop::report {

// True unless the frame belongs to the shim, the C or C++ or Rust runtime, an allocation function, or a header of
// the standard library.
bool is_user_frame(const Frame& frame);

// True if the frame is a function whose whole purpose is to allocate: malloc and its kin, operator new, Rust's entry.
bool is_allocation_function(const Frame& frame);

// The innermost frame that is the user's own: first one with a function name, else one of which only the module is
// known. If all are library code, the innermost named one that is no allocation function. None: no frame has a name.
std::optional<size_t> first_user_frame(const Stack& stack);

// Fills Site::location of every site.
void locate_sites(Profile& profile);

}  // namespace mallocop::report
