// Which frame of a stack is the user's own code: the line where something can be changed.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "report/model/profile.h"
#include "report/symbols/source_root.h"

namespace mallocop::report {

// True unless the frame belongs to the shim, the C or C++ or Rust runtime, an allocation function, a header of a
// library, or is a function that the compiler wrote.
bool is_user_frame(const Frame& frame);

// True if the frame is a function whose whole purpose is to allocate: malloc and its kin, operator new, Rust's entry.
bool is_allocation_function(const Frame& frame);

// Whether a module, by its path, lies where systems have their shared libraries.
bool is_system_library(std::string_view module);

// The two in one: no frame is both.
enum class FrameKind : uint8_t { kUser, kAllocation, kOther };

// The kind of each of profile.frames.
std::vector<FrameKind> kinds_of_frames(const Profile& profile);

// Fills Site::location of every site: the innermost frame of the user's own code whose file is below `root`, if one is
// given and there is such a frame; else the innermost frame that is the user's own, first one with a function name,
// else one of which only the module is known. An allocator that a container calls is not meant, nor a library of the
// system without debug information if what calls it has some. If all are library code, the innermost named one that is
// no allocation function. None: no frame has a name.
void locate_sites(Profile& profile, const SourceRoot* root = nullptr);

}  // namespace mallocop::report
