// The HTML report: what else is known of it than its row in the table of formats.
#pragma once

#include <string>
#include <string_view>

#include "report/output/json_parts.h"
#include "report/output/report_input.h"

namespace mallocop::report {

// Why this build cannot write it, and what to do; "" if it can.
std::string_view why_no_html();

// One page about two measurements: what changed from one to the other. Stacks are matched by the names of functions.
// Throws Error (kError) if this build has no page.
std::string write_html_diff(const ReportInput& before, const ReportInput& after, const OutputOptions& options);

// The data of a page, of any build. `before`: null if there is nothing to compare with.
Json html_data(const ReportInput* before, const ReportInput& input, const OutputOptions& options);

}  // namespace mallocop::report
