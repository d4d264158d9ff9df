// From a trace to everything that can be said about it: the order of the reporter's layers, in one place.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "report/output/report_input.h"
#include "report/trace/load_profile.h"

namespace mallocop::report {

struct AnalysisOptions {
  std::vector<WarmupRule> warmup = {};
  std::optional<std::string> source_root = {};  // a site's location is the first frame below it
  std::vector<std::string> debug_paths = {};    // see SymbolOptions
  bool whole_names = false;
  Ranking ranking = Ranking::kAllocations;
  std::vector<std::string> operations = {};  // only those with such a name (operation_filter.h); empty: all
  bool snapshots = false;                    // see LoadOptions
};

// Without a verdict. Shows on a terminal how far it has come. Throws Error as load_trace and keep_operations do, and
// kUsage if the root is no folder.
ReportInput analyse(const std::string& trace, const AnalysisOptions& options);

}  // namespace mallocop::report
