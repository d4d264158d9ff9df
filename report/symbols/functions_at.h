// Names of functions for a few addresses, before a trace is loaded.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "report/trace/trace_contents.h"

namespace mallocop::report {

// For each return address the function whose code it is (not one that was inlined there): its name with template
// arguments, without parameters; "" where it is not
// known. Of more than some thousand, the last ones are not looked up.
std::vector<std::string> functions_at(const std::vector<uint64_t>& return_addresses, const TraceContents& contents);

}  // namespace mallocop::report
