// The system calls that preload/README.md lists, which is a promise to hosts with a filter.
#pragma once

#include <map>
#include <string>

namespace mallocop::test {

// Name to number. Throws std::runtime_error if the list cannot be read, or names a call that is not known here.
std::map<std::string, long> listed_system_calls();

// What the page lists, and where it may be more: the number's name, or the number.
std::string system_call_name(long number);

}  // namespace mallocop::test
