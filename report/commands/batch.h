// Several traces in one command: each is read and written, and the worst of what they say is the exit status.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "report/exit_status.h"
#include "report/output/outputs.h"

namespace mallocop::report {

// The one of two statuses that a script must not miss: an error before a broken limit, a broken limit before a
// measurement that is not whole, that before a baseline to update.
ExitStatus worse(ExitStatus a, ExitStatus b);

// What a report without or with a verdict means for the exit status.
ExitStatus status_of(const ReportInput& input);

struct BatchResult {
  std::string document;  // of all traces; JSON of several is one line each
  ExitStatus status = ExitStatus::kOk;
};

// Calls `examine` with each trace in turn. An Error about one of several traces is reported and the others go on; the
// Error of a single trace passes through.
BatchResult for_each_trace(const std::vector<std::string>& traces, const Output& output, OutputOptions options,
                           const std::function<ReportInput(const std::string& trace)>& examine);

}  // namespace mallocop::report
