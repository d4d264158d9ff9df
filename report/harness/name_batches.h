// Names for the batches of a trace: those of the harness's own output, which the launcher has put into the trace, or,
// where there is none, those of the functions that ran the batches.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "report/trace/batch_names.h"

namespace mallocop::report {

// Names of the functions that return addresses lie in, as a person would write them; "" where it is not known.
using FunctionsAt = std::function<std::vector<std::string>(const std::vector<uint64_t>& return_addresses,
                                                           const TraceContents& contents)>;

// See BatchNames.
BatchNames name_batches(const TraceContents& contents, std::optional<double> nanoseconds_per_tick,
                        const FunctionsAt& functions_at);

}  // namespace mallocop::report
