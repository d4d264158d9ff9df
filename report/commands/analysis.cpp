// See analysis.h.
#include "report/commands/analysis.h"

#include <utility>

#include "report/causes/causes.h"
#include "report/harness/name_batches.h"
#include "report/symbols/functions_at.h"
#include "report/symbols/symbolize.h"
#include "report/symbols/user_code.h"
#include "report/verdict/uncertain_entries.h"

namespace mallocop::report {

ReportInput analyse(const std::string& trace, const LoadOptions& options,
                    const std::optional<std::string>& source_root) {
  std::optional<SourceRoot> root;
  if (source_root) root.emplace(*source_root);
  LoadOptions with_names = options;
  with_names.name_batches = [](const TraceContents& contents, std::optional<double> nanoseconds_per_tick) {
    return name_batches(contents, nanoseconds_per_tick, functions_at);
  };
  LoadedTrace loaded = load_trace(trace, with_names);
  symbolize(loaded, SymbolOptions{});
  Profile& profile = loaded.profile;
  note_uncertain_entries(profile);
  locate_sites(profile, root ? &*root : nullptr);
  explain_sites(profile);
  ReportInput input;
  input.profile = std::move(profile);
  input.plan = make_plan(input.profile);
  return input;
}

}  // namespace mallocop::report
