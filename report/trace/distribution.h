// Collects the values of one metric over the calls of an operation, and makes a Distribution of them.
#pragma once

#include <cstdint>
#include <vector>

#include "report/model/profile.h"

namespace mallocop::report {

class DistributionBuilder {
 public:
  // `calls` calls (not 0) had this value each.
  void add(Rational value, uint64_t calls);

  // `total` is the sum of the values, `count` of how many calls: the mean stays this pair, unreduced.
  Distribution build(uint64_t total, uint64_t count);

 private:
  struct Weighted {
    Rational value;
    uint64_t calls;
  };
  // Sorts and joins equal values, so that memory follows how many different values there are.
  void compact();
  std::vector<ValueCount> histogram() const;

  std::vector<Weighted> values_;
  size_t compact_at_ = 4096;
};

}  // namespace mallocop::report
