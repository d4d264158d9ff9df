// A measurement to hold budgets and baselines against, and the outputs of what came of it.
#pragma once

#include "report/output/report_input.h"

namespace mallocop::fuzz {

// "parse" and "ns::send", and allocations outside of both. With an empty verdict.
report::ReportInput small_measurement();

// Writes `input` in every format; all of them must be harmless.
void check_outputs(const report::ReportInput& input, const report::OutputOptions& options);

}  // namespace mallocop::fuzz
