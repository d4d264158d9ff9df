// From a trace to everything that can be said about it: the order of the reporter's layers, in one place.
#pragma once

#include <optional>
#include <string>

#include "report/output/report_input.h"
#include "report/trace/load_profile.h"

namespace mallocop::report {

// Without a verdict. A site's location is the first frame below `source_root`, if one is named. Throws Error as
// load_trace does, and kUsage if the root is no folder.
ReportInput analyse(const std::string& trace, const LoadOptions& options,
                    const std::optional<std::string>& source_root = std::nullopt);

}  // namespace mallocop::report
