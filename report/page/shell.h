// The document of an HTML report without its data.
#pragma once

#include <string_view>

namespace mallocop::report {

// Where in it the data goes, as JSON that has no "<".
inline constexpr std::string_view kPageDataMark = "@DATA@";

// Empty if mallocop was built without (option `page`).
std::string_view page_shell();

}  // namespace mallocop::report
