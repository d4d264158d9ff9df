// Runs a command with the shim preloaded and says what it did: what `run` and `init` do before they differ.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "report/commands/analysis.h"
#include "report/commands/launcher.h"
#include "report/commands/options.h"
#include "report/output/report_input.h"

namespace mallocop::report {

struct MeasureRequest {
  std::optional<std::string> trace;     // -o
  std::vector<std::string> operations;  // --op
  CheckOptions check;
  AnalysisOptions analysis;  // but for the warm-up, which is the check's
};

struct MeasuredCommand {
  Ended ended;
  std::optional<ReportInput> input;  // none: a command that failed left nothing that can be read
};

// `words` are the command. What is wrong is found before it runs where that is possible. Only a command that ended well
// is judged, and gives a baseline to save: one that failed has not measured what it was meant to; that it left no trace
// is then a message on standard error. Throws Error, for a command that ended well kInvalid if it left no trace.
MeasuredCommand measure_command(const MeasureRequest& request, const std::vector<std::string>& words);

}  // namespace mallocop::report
