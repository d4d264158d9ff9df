#include "report/trace/distribution.h"

#include <algorithm>

#include "report/trace/saturating.h"

namespace mallocop::report {

void DistributionBuilder::add(Rational value, uint64_t calls) {
  if (!values_.empty() && values_.back().value == value) {
    saturating_add_to(values_.back().calls, calls);
    return;
  }
  values_.push_back({value, calls});
  if (values_.size() < compact_at_) return;
  compact();
  compact_at_ = std::max<size_t>(4096, values_.size() * 2);
}

void DistributionBuilder::compact() {
  std::stable_sort(values_.begin(), values_.end(), [](const auto& a, const auto& b) { return a.value < b.value; });
  size_t kept = 0;
  for (const Weighted& next : values_) {
    if (kept != 0 && values_[kept - 1].value == next.value) {
      saturating_add_to(values_[kept - 1].calls, next.calls);
    } else {
      values_[kept++] = next;
    }
  }
  values_.resize(kept);
}

Distribution DistributionBuilder::build(uint64_t total, uint64_t count) {
  Distribution result;
  result.total = total;
  if (count == 0 || values_.empty()) return result;
  compact();
  result.mean = {total, count};
  result.min = values_.front().value;
  result.max = values_.back().value;
  result.p50 = result.p99 = result.max;

  __extension__ typedef unsigned __int128 Wide;
  Wide below = 0;
  uint64_t zero = 0;
  bool have_p50 = false;
  bool have_p99 = false;
  for (const Weighted& entry : values_) {
    below += entry.calls;
    if (entry.value.num == 0) zero = entry.calls;
    if (!have_p50 && below * 2 >= count) {
      result.p50 = entry.value;
      have_p50 = true;
    }
    if (!have_p99 && below * 100 >= Wide{count} * 99) {
      result.p99 = entry.value;
      have_p99 = true;
    }
  }
  result.share = {saturating_subtract(count, zero), count};
  result.histogram = histogram();
  return result;
}

// Of more values than fit, neighbours are put together: ranges of about the same number of values.
std::vector<ValueCount> DistributionBuilder::histogram() const {
  const size_t per_range = (values_.size() + Distribution::kMostValues - 1) / Distribution::kMostValues;
  std::vector<ValueCount> ranges;
  for (size_t index = 0; index < values_.size(); ++index) {
    const Weighted& entry = values_[index];
    if (index % per_range == 0) ranges.push_back({entry.value, entry.value, 0});
    ranges.back().to = entry.value;
    saturating_add_to(ranges.back().calls, entry.calls);
  }
  return ranges;
}

}  // namespace mallocop::report
