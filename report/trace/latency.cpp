#include "report/trace/latency.h"

#include <algorithm>

#include "report/trace/saturating.h"

namespace mallocop::report {

void LatencyBuilder::add(const trace::WindowLatency& latency) {
  if (latency.calls == 0) return;
  smallest_ = calls_ == 0 ? latency.smallest : std::min(smallest_, latency.smallest);
  largest_ = std::max(largest_, latency.largest);
  saturating_add_to(calls_, latency.calls);
  saturating_add_to(total_ticks_, latency.total_ticks);
  for (const auto& bucket : latency.buckets) saturating_add_to(buckets_[bucket.bucket], bucket.calls);
}

// Ticks that at least `percent` of the calls do not exceed: the upper end of a bucket, but never outside of what was
// seen.
uint64_t LatencyBuilder::percentile(unsigned percent) const {
  __extension__ typedef unsigned __int128 Wide;
  Wide below = 0;
  for (const auto& [bucket, calls] : buckets_) {
    below += calls;
    if (below * 100 >= Wide{calls_} * percent) {
      return std::clamp(trace::latency_bucket_upper(bucket), smallest_, largest_);
    }
  }
  return largest_;
}

std::optional<Latency> LatencyBuilder::build(double nanoseconds_per_tick) const {
  if (calls_ == 0) return std::nullopt;
  const auto nanoseconds = [&](uint64_t ticks) { return static_cast<double>(ticks) * nanoseconds_per_tick; };
  Latency latency;
  const double total = nanoseconds(total_ticks_);
  latency.mean_ns = total / static_cast<double>(calls_);
  latency.min_ns = nanoseconds(smallest_);
  latency.p50_ns = nanoseconds(percentile(50));
  latency.p99_ns = nanoseconds(percentile(99));
  latency.max_ns = nanoseconds(largest_);
  latency.throughput_per_s = total > 0 ? static_cast<double>(calls_) * 1e9 / total : 0;
  return latency;
}

}  // namespace mallocop::report
