// See analysis.h.
#include "report/commands/analysis.h"

#include <unistd.h>

#include <utility>

#include "report/causes/causes.h"
#include "report/code/static_guards.h"
#include "report/commands/progress_line.h"
#include "report/harness/name_batches.h"
#include "report/output/operation_filter.h"
#include "report/symbols/functions_at.h"
#include "report/symbols/symbolize.h"
#include "report/symbols/user_code.h"
#include "report/verdict/uncertain_entries.h"

namespace mallocop::report {

ReportInput analyse(const std::string& trace, const AnalysisOptions& options) {
  std::optional<SourceRoot> root;
  if (options.source_root) root.emplace(*options.source_root);
  ProgressLine line(STDERR_FILENO);
  const SymbolOptions symbols{
      .debug_paths = options.debug_paths, .progress = line.callback(), .open_guards = static_guards_of};
  LoadOptions load{options.warmup, {}, line.callback(), options.snapshots};
  load.name_batches = [](const TraceContents& contents, std::optional<double> nanoseconds_per_tick) {
    return name_batches(contents, nanoseconds_per_tick, functions_at);
  };
  LoadedTrace loaded = load_trace(trace, load);
  symbolize(loaded, symbols);
  Profile& profile = loaded.profile;
  profile.whole_names = options.whole_names;
  profile.ranking = options.ranking;
  profile.modules = std::move(loaded.modules);
  note_uncertain_entries(profile);
  locate_sites(profile, root ? &*root : nullptr);
  explain_sites(profile);
  ReportInput input;
  input.profile = std::move(profile);
  keep_operations(input.profile, options.operations);
  input.plan = make_plan(input.profile);
  return input;
}

}  // namespace mallocop::report
