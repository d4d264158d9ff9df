// See analysis.h.
#include "report/commands/analysis.h"

#include <utility>

#include "report/causes/causes.h"
#include "report/symbols/symbolize.h"
#include "report/symbols/user_code.h"

namespace mallocop::report {

ReportInput analyse(const std::string& trace, const LoadOptions& options) {
  LoadedTrace loaded = load_trace(trace, options);
  symbolize(loaded, SymbolOptions{});
  Profile& profile = loaded.profile;
  locate_sites(profile);
  explain_sites(profile);
  ReportInput input;
  input.profile = std::move(profile);
  input.plan = make_plan(input.profile);
  return input;
}

}  // namespace mallocop::report
