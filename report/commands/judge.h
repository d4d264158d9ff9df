// The verdict on one measurement, and the baseline kept of it.
#pragma once

#include "report/commands/options.h"
#include "report/output/report_input.h"

namespace mallocop::report {

// Fills verdict and after of `input` if `options` ask for a verdict, and saves the baseline it names if the measurement
// is valid; a baseline that cannot be saved for that reason is said so. Throws as check() does.
void judge(ReportInput& input, const CheckOptions& options);

}  // namespace mallocop::report
