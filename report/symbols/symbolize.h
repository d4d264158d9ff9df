// Gives the addresses of a loaded trace their functions, files and lines.
#pragma once

#include <string>
#include <vector>

#include "report/support/progress.h"
#include "report/symbols/static_guard.h"
#include "report/trace/load_profile.h"

namespace mallocop::report {

struct SymbolOptions {
  // Folders to look into for separate debug files, as /usr/lib/debug is laid out (by build id, and by path); looked
  // into after the file's own folder and /usr/lib/debug.
  std::vector<std::string> debug_paths = {};
  Progress progress = {};       // may be empty
  unsigned threads = 0;         // at most so many; 0: as many as there are processors
  OpenGuards open_guards = {};  // may be empty: then a static variable is at the line that declares it only
};

// Fills profile.frames and the frames of profile.nodes, and frames and frames_symbolised of profile.measurement. An
// address inside inlined functions gives a frame for each of them. Names only come from a file that still has the build
// id that was measured; where it does not, frames keep module and offset, and profile.measurement.notes says so, once
// for each module. The debug servers of DEBUGINFOD_URLS are asked if it is set, see debug_servers.h; nobody else is. A
// broken file costs names, it is no error.
void symbolize(LoadedTrace& trace, const SymbolOptions& options);

}  // namespace mallocop::report
