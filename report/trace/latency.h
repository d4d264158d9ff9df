// Durations of an operation's calls: the histograms of all windows, added up.
#pragma once

#include <cstdint>
#include <map>
#include <optional>

#include "report/model/profile.h"
#include "trace/window.h"

namespace mallocop::report {

class LatencyBuilder {
 public:
  void add(const trace::WindowLatency& latency);
  // Nothing if no call was timed.
  std::optional<Latency> build(double nanoseconds_per_tick) const;

 private:
  uint64_t percentile(unsigned percent) const;

  uint64_t calls_ = 0;
  uint64_t total_ticks_ = 0;
  uint64_t smallest_ = 0;
  uint64_t largest_ = 0;
  std::map<uint32_t, uint64_t> buckets_;
};

}  // namespace mallocop::report
