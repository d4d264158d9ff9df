// Sites, grouped by (stack, operation): what every window counted for them, added up.
#pragma once

#include <cstdint>
#include <vector>

#include "report/trace/flat_map.h"
#include "report/trace/operation_table.h"
#include "report/trace/stack_table.h"
#include "trace/window.h"

namespace mallocop::report {

using SiteNumber = uint32_t;
inline constexpr SiteNumber kToolSite = 0xffffffff;  // blocks of mallocop's own: matched, never counted

struct SiteCounts {
  StackNumber stack = kNoStackNumber;
  uint32_t operation = kOutsideNumber;
  uint64_t allocations = 0;
  uint64_t bytes = 0;
  uint64_t temporary = 0;
  uint64_t reallocations = 0;
  uint64_t smallest = 0;
  uint64_t largest = 0;
};

class SiteTable {
 public:
  // Adds what a window counted at `site`, and says which site that is: kToolSite for kToolStackNumber.
  SiteNumber add(const trace::WindowSite& site, StackNumber stack, uint32_t operation);

  // All that was added; there is nothing left to look up afterwards.
  std::vector<SiteCounts> take_sites();

 private:
  SiteNumber& number_of(StackNumber stack, uint32_t operation);

  std::vector<SiteCounts> sites_;
  // The site of each stack in the operation that it was first seen in, plus one; 0: none. Most are seen in one only.
  std::vector<SiteNumber> first_;
  FlatMap<SiteNumber> others_;  // by operation and stack, plus one too
};

}  // namespace mallocop::report
