// Two measurements side by side, for people and for programs.
#pragma once

#include <cstddef>
#include <string>

#include "report/comparison/comparison.h"
#include "report/output/page.h"

namespace mallocop::report {

// `top`: so many places; of operations and their figures, those that changed and a few more. `whole_names`: of
// functions, see Profile.
Page diff_page(const Comparison& comparison, size_t top, bool whole_names);

// Schema "mallocop.diff/1", see docs/report-schema.md. Ends with a newline.
std::string diff_json(const Comparison& comparison);

}  // namespace mallocop::report
