// The version of this reporter, as the build system knows it: "0.1.0".
#pragma once

#include <string_view>

namespace mallocop::report {

std::string_view tool_version();

}  // namespace mallocop::report
