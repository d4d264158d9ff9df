// See judge.h.
#include "report/commands/judge.h"

#include <fmt/format.h>

#include "report/commands/after.h"
#include "report/verdict/baseline.h"

namespace mallocop::report {

void judge(ReportInput& input, const CheckOptions& options) {
  Profile& profile = input.profile;
  const CheckRequest& request = options.request;
  if (asks_for_verdict(request)) {
    input.verdict = check(profile, request);
    if (request.baseline) input.after = make_after(profile, load_baseline(*request.baseline, request.baseline_folder));
  }
  if (!options.save_baseline) return;
  if (!profile.measurement.valid) {
    profile.measurement.notes.push_back(
        fmt::format("baseline '{}' was not saved: the measurement is not valid", *options.save_baseline));
    return;
  }
  save_baseline(profile, *options.save_baseline, request.baseline_folder);
  profile.measurement.notes.push_back(
      fmt::format("saved as baseline '{}' in {}", *options.save_baseline, request.baseline_folder));
}

}  // namespace mallocop::report
