// From a trace to everything that can be said about it: the order of the reporter's layers, in one place.
#pragma once

#include <string>

#include "report/output/report_input.h"
#include "report/trace/load_profile.h"

namespace mallocop::report {

// Without a verdict. Throws Error as load_trace does.
ReportInput analyse(const std::string& trace, const LoadOptions& options);

}  // namespace mallocop::report
