#include "report/trace/timeline_builder.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "report/trace/saturating.h"

namespace mallocop::report {

void TimelineBuilder::Change::add(const Change& other) {
  blocks += other.blocks;
  if (__builtin_add_overflow(bytes, other.bytes, &bytes)) bytes = 0;  // of a made-up trace only
}

// Each two spans become one.
void TimelineBuilder::widen() {
  ++shift_;
  used_ = (used_ + 1) / 2;
  for (size_t to = 0; to < kSpans; ++to) {
    Span joined;
    for (const size_t from : {2 * to, 2 * to + 1}) {
      if (from >= kSpans) continue;
      joined.change.add(spans_[from].change);
      saturating_add_to(joined.allocated, spans_[from].allocated);
      joined.highest = std::max(joined.highest, spans_[from].highest);
    }
    spans_[to] = joined;
  }
  for (size_t to = 0; to < sites_.size(); ++to) {
    if (to >= sites_.size() / 2) {
      sites_[to].reset();
      continue;
    }
    std::unique_ptr<SiteChanges> more = std::move(sites_[2 * to]);
    std::unique_ptr<SiteChanges> fewer = std::move(sites_[2 * to + 1]);
    if (more == nullptr || (fewer != nullptr && more->size() < fewer->size())) more.swap(fewer);
    if (fewer != nullptr) fewer->for_each([&](uint64_t site, const Change& by) { (*more)[site].add(by); });
    sites_[to] = std::move(more);
  }
}

size_t TimelineBuilder::span_of(uint64_t ticks) {
  const uint64_t since = saturating_subtract(ticks, start_);
  while (since >> shift_ >= kSpans) widen();
  const size_t span = since >> shift_;
  used_ = std::max(used_, span + 1);
  return span;
}

void TimelineBuilder::allocate(uint64_t ticks, uint64_t bytes) {
  saturating_add_to(spans_[span_of(ticks)].allocated, bytes);
}

void TimelineBuilder::reach(uint64_t ticks, uint64_t level) {
  Span& span = spans_[span_of(ticks)];
  span.highest = std::max(span.highest, level);
}

void TimelineBuilder::change(uint64_t ticks, SiteNumber site, const Change& by) {
  const size_t span = span_of(ticks);
  spans_[span].change.add(by);
  std::unique_ptr<SiteChanges>& sites = sites_[span / kSpansOfSnapshot];
  if (sites == nullptr) sites = std::make_unique<SiteChanges>();
  (*sites)[site].add(by);
}

MemoryTimeline TimelineBuilder::build(double seconds_per_tick, bool with_snapshots) const {
  MemoryTimeline timeline;
  const auto above_zero = [](int64_t value) { return static_cast<uint64_t>(std::max<int64_t>(value, 0)); };
  Change level;
  uint64_t allocated = 0;
  uint64_t before = 0;
  std::vector<Change> sites;
  for (size_t span = 0; span < used_; ++span) {
    level.add(spans_[span].change);
    saturating_add_to(allocated, spans_[span].allocated);
    const double end = static_cast<double>(static_cast<uint64_t>(span + 1) << shift_) * seconds_per_tick;
    MemoryPoint point{end, allocated, above_zero(level.bytes), above_zero(level.blocks), 0};
    const bool ends_snapshot = (span + 1) % kSpansOfSnapshot == 0 || span + 1 == used_;
    if (ends_snapshot) {
      if (const auto& changes = sites_[span / kSpansOfSnapshot]; changes != nullptr) {
        changes->for_each([&](uint64_t site, const Change& by) {
          if (site >= sites.size()) sites.resize(site + 1);
          sites[site].add(by);
        });
      }
      MemorySnapshot snapshot{timeline.points.size(), {}};
      point.live_blocks = point.live_bytes = 0;
      for (size_t site = 0; site < sites.size(); ++site) {
        if (sites[site].blocks <= 0) continue;
        const LiveSite live{site, above_zero(sites[site].blocks), above_zero(sites[site].bytes)};
        saturating_add_to(point.live_blocks, live.blocks);
        saturating_add_to(point.live_bytes, live.bytes);
        if (with_snapshots) snapshot.sites.push_back(live);
      }
      if (with_snapshots) timeline.snapshots.push_back(std::move(snapshot));
    }
    point.most_bytes = std::max({spans_[span].highest, before, point.live_bytes});
    before = point.live_bytes;
    timeline.points.push_back(point);
  }
  return timeline;
}

}  // namespace mallocop::report
