// How many calls of an operation to leave out at its start. Warm-up must be known when a Profile is made, so it is
// asked for before there is one.
#pragma once

#include <cstdint>
#include <string>

namespace mallocop::report {

// In a list of rules the first whose pattern matches an operation's name counts.
struct WarmupRule {
  std::string pattern;  // see glob_matches
  uint64_t calls = 0;
};

}  // namespace mallocop::report
