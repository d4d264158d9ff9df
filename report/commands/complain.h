// Messages of mallocop's own, beside a report.
#pragma once

#include <string_view>

namespace mallocop::report {

// "mallocop: MESSAGE" on standard error, control characters escaped. Never throws: there is nobody left to tell.
void complain(std::string_view message) noexcept;

}  // namespace mallocop::report
