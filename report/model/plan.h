// The optimization plan: what to change first, made from a Profile's sites by the cause analysis.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace mallocop::report {

// What a change is expected to take away from an operation's measured calls, in numbers.
struct PlanGain {
  size_t operation = 0;  // index into Profile::operations
  uint64_t allocations = 0;
  uint64_t bytes = 0;
  bool bytes_are_estimated = false;
};

struct PlanItem {
  unsigned priority = 1;                     // 1 goes first
  std::string change;                        // what to do, as an instruction
  std::vector<std::string> expected_impact;  // computed from the measurement: of each operation, largest first, …
  std::string expected_outside;              // … and outside of all; empty: nothing
  std::vector<size_t> sites;                 // indices into Profile::sites
  std::vector<PlanGain> gains = {};          // the same as expected_impact, in its order
};

}  // namespace mallocop::report
