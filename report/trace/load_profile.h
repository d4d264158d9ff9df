// From trace files to a Profile without names: the whole of reading, recovering and replaying behind one function.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "report/model/module.h"
#include "report/model/profile.h"
#include "report/support/progress.h"
#include "report/trace/batch_names.h"
#include "report/verdict/checks.h"

namespace mallocop::report {

// Where a frame lies; the symbolizer makes frames with functions, files and lines of it.
struct RawFrame {
  uint64_t address = 0;          // as on the stack
  std::optional<size_t> module;  // index into LoadedTrace::modules
  bool exact_address = false;    // the address is the instruction itself, not the one after a call
  friend bool operator==(const RawFrame&, const RawFrame&) = default;
};

struct LoadedTrace {
  Profile profile;                    // has stacks and nodes, but no frames: those of a node are none yet
  std::vector<FrameIndex> raw_nodes;  // parallel to profile.nodes: the raw frame of each
  std::vector<RawFrame> raw_frames;   // each distinct one once; some may be in no stack
  std::vector<Module> modules;
};

struct LoadOptions {
  std::vector<WarmupRule> warmup = {};
  NameBatches name_batches = {};  // none: batches of a harness are outside of all operations
  Progress progress = {};
  bool snapshots = false;  // fills MemoryTimeline::snapshots: whose the live bytes are at many moments
};

// Reads `path` and its companion. Throws Error (kUsage) if it is no trace at all, with what it seems to be instead;
// a damaged or cut trace gives the good prefix, a measurement that is not valid, and the reason.
LoadedTrace load_trace(const std::string& path, const LoadOptions& options);

}  // namespace mallocop::report
