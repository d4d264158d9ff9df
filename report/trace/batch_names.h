// What the batches of a harness are called: found by report/harness/, which the reading of traces does not know, and
// used while a trace is loaded.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "report/model/profile.h"
#include "report/trace/trace_contents.h"

namespace mallocop::report {

struct BatchNames {
  std::unordered_map<trace::OperationId, std::string> names;  // of the batches to count; all others are outside
  std::unordered_map<std::string, HarnessTime> times;         // by name
  std::vector<std::string> reasons;                           // why the measurement is not valid
  std::vector<std::string> notes;
};

// Called once, with contents that hold at least one batch or the output of a harness.
using NameBatches =
    std::function<BatchNames(const TraceContents& contents, std::optional<double> nanoseconds_per_tick)>;

}  // namespace mallocop::report
