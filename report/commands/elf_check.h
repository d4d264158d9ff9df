// What an executable must be so that a preloaded library sees its allocations.
#pragma once

#include <string>

namespace mallocop::report {

// `path` is an ELF file. Throws Error (kInvalid) with the reason if the dynamic linker would not preload mallocop
// into it or if its allocations would pass mallocop by; Error (kError) if the file is damaged.
void check_executable(const std::string& path);

}  // namespace mallocop::report
