// A plan carried out in the test program itself, which shows that a function does the same with its first instructions
// somewhere else, and is counted.
#pragma once

#include <cstdint>
#include <cstdlib>

#include "trace/plan.h"

namespace mallocop::test {

// From construction to destruction: the function is jumped away from. `bias` is load address minus link address.
class AppliedPlan {
 public:
  AppliedPlan(const trace::PlannedFunction& plan, uint64_t bias);
  ~AppliedPlan();
  AppliedPlan(const AppliedPlan&) = delete;
  AppliedPlan& operator=(const AppliedPlan&) = delete;

  uint64_t entries() const;

 private:
  void overwrite(const uint8_t* bytes, size_t size) const;

  const trace::PlannedFunction plan_;
  uint8_t* function_;
  uint8_t* place_;  // a page: the number of entries, then the code
};

// Load address minus link address of this program.
uint64_t own_bias();

}  // namespace mallocop::test
