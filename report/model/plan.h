// The optimization plan: what to change first, made from a Profile's sites by the cause analysis.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace mallocop::report {

struct PlanItem {
  unsigned priority = 1;                     // 1 goes first
  std::string change;                        // what to do, as an instruction
  std::vector<std::string> expected_impact;  // computed from the measurement: of each operation, largest first, …
  std::string expected_outside;              // … and outside of all; empty: nothing
  std::vector<size_t> sites;                 // indices into Profile::sites
};

}  // namespace mallocop::report
