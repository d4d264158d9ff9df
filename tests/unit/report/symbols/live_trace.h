// A LoadedTrace of the running test program: real addresses in real modules, as a trace would have them.
#pragma once

#include <string>
#include <vector>

#include "report/trace/load_profile.h"

namespace mallocop::report {

// The modules mapped now, with build id and bias.
std::vector<Module> live_modules();

// The stack of the caller, innermost first; the first address lies in the caller itself.
std::vector<void*> live_stack();

// Adds a stack of these frames, innermost first.
void add_raw_stack(LoadedTrace& trace, const std::vector<RawFrame>& frames, bool truncated = false);

// The raw frames of a stack, innermost first, to be changed.
std::vector<RawFrame*> raw_frames_in(LoadedTrace& trace, size_t stack);

// One stack of return addresses for each list. Modules are live_modules().
LoadedTrace live_trace(const std::vector<std::vector<void*>>& stacks);

// The build id of a file on disk, empty if it has none.
std::vector<uint8_t> build_id_of(const std::string& path);

}  // namespace mallocop::report
