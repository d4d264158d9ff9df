// Live bytes over time: what every event adds or takes goes into the span of time that it falls into, so that the order
// in which events come does not matter. Spans are as many as fit; when time goes on behind the last one, each two of
// them become one.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>

#include "report/model/memory.h"
#include "report/trace/flat_map.h"
#include "report/trace/site_table.h"

namespace mallocop::report {

class TimelineBuilder {
 public:
  // Ticks of the shim's start. Whatever is said to be earlier is taken for that.
  void start_at(uint64_t ticks) { start_ = ticks; }

  void allocate(uint64_t ticks, uint64_t bytes);  // requested, whatever becomes of it
  void gain(uint64_t ticks, SiteNumber site, uint64_t bytes) { change(ticks, site, {1, in_range(bytes)}); }
  void lose(uint64_t ticks, SiteNumber site, uint64_t bytes) { change(ticks, site, {-1, -in_range(bytes)}); }
  void reach(uint64_t ticks, uint64_t level);  // so much was live at some moment

  // Points, and snapshots if they are wanted, up to the latest moment that was named; sites are SiteNumbers. 0 seconds
  // if time is not known.
  MemoryTimeline build(double seconds_per_tick, bool with_snapshots) const;

 private:
  static constexpr size_t kSpans = MemoryTimeline::kMostPoints;
  static constexpr size_t kSpansOfSnapshot = kSpans / MemoryTimeline::kMostSnapshots;

  struct Change {
    int64_t blocks = 0;
    int64_t bytes = 0;
    void add(const Change& other);
  };
  struct Span {
    Change change;
    uint64_t allocated = 0;
    uint64_t highest = 0;
  };
  using SiteChanges = FlatMap<Change>;

  static int64_t in_range(uint64_t bytes) {
    return static_cast<int64_t>(std::min(bytes, static_cast<uint64_t>(std::numeric_limits<int64_t>::max())));
  }
  void change(uint64_t ticks, SiteNumber site, const Change& by);
  size_t span_of(uint64_t ticks);
  void widen();

  uint64_t start_ = 0;
  unsigned shift_ = 10;  // a span is 2 to the power of it ticks long
  size_t used_ = 0;      // spans, up to the last that something happened in
  std::array<Span, kSpans> spans_ = {};
  std::array<std::unique_ptr<SiteChanges>, MemoryTimeline::kMostSnapshots> sites_ = {};  // none: nothing changed
};

}  // namespace mallocop::report
