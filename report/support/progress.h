// How far long work has come, told to whoever wants to know.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

namespace mallocop::report {

// What is being done ("naming frames"), how much of it is done, and how much there is in all; 0: not known. Called from
// the thread that does the work, often: it must be quick.
using Progress = std::function<void(const std::string& what, uint64_t done, uint64_t total)>;

}  // namespace mallocop::report
