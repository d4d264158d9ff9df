// See batch.h.
#include "report/commands/batch.h"

#include <algorithm>
#include <array>

#include "report/commands/complain.h"
#include "report/support/error.h"

namespace mallocop::report {

ExitStatus worse(ExitStatus a, ExitStatus b) {
  constexpr std::array kFromBestToWorst = {
      ExitStatus::kOk,         ExitStatus::kBetterThanBaseline, ExitStatus::kInvalid,
      ExitStatus::kOverBudget, ExitStatus::kNoBaseline,         ExitStatus::kUsage,
      ExitStatus::kError,
  };
  const auto rank = [&](ExitStatus status) {
    return std::find(kFromBestToWorst.begin(), kFromBestToWorst.end(), status) - kFromBestToWorst.begin();
  };
  return rank(a) < rank(b) ? b : a;
}

ExitStatus status_of(const ReportInput& input) {
  if (input.verdict) return input.verdict->status;
  return input.profile.measurement.valid ? ExitStatus::kOk : ExitStatus::kInvalid;
}

BatchResult for_each_trace(const std::vector<std::string>& traces, const Output& output, OutputOptions options,
                           const std::function<ReportInput(const std::string& trace)>& examine) {
  BatchResult result;
  std::vector<std::string> parts;
  options.compact = traces.size() > 1;
  for (const std::string& trace : traces) {
    try {
      const ReportInput input = examine(trace);
      parts.push_back(output.write(input, options));
      ++options.index;
      result.status = worse(result.status, status_of(input));
    } catch (const Error& error) {
      if (traces.size() == 1) throw;
      complain(error.what());
      result.status = worse(result.status, error.status());
    }
  }
  result.document = join_parts(output, parts);
  return result;
}

}  // namespace mallocop::report
