// Operations: the rows of all windows, joined to calls and made into distributions.
//
// A call that lies in several windows of its thread is written in parts; parts are joined by thread and level. Of a
// joined call the totals are sums; its peak and net are those of all parts' blocks together (carried_blocks.h).
//
// A batch (a call that stands for several iterations) gives each iteration its share, as a quotient. Its peak is not
// divided: any single iteration may have reached it.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <unordered_map>
#include <utility>
#include <vector>

#include "report/trace/carried_blocks.h"
#include "report/trace/distribution.h"
#include "report/trace/latency.h"
#include "report/trace/operation_table.h"
#include "report/trace/patterns.h"
#include "report/trace/site_table.h"
#include "trace/window.h"

namespace mallocop::report {

// What measured calls took from a site, all together.
struct SiteShare {
  uint64_t allocations = 0;
  uint64_t bytes = 0;
};

// The metrics of a call.
struct CallMetrics {
  uint64_t allocations = 0;
  uint64_t bytes = 0;
  uint64_t frees = 0;
  uint64_t temporary = 0;
  uint64_t peak = 0;
  uint64_t net = 0;
};

class CallReplay {
 public:
  // Calls of an operation, by name, that are to be left out at the start of each thread.
  using WarmupOf = std::function<uint64_t(const std::string& name)>;

  CallReplay(OperationTable& operations, WarmupOf warmup_of)
      : operations_(operations), warmup_of_(std::move(warmup_of)) {}

  // The next window; windows of one thread must come in their order. `sites`: the site of each of its WindowSites.
  // Throws Error (kUsage) if a warm-up asks for more calls than the trace keeps in order.
  void add(const trace::Window& window, std::span<const SiteNumber> sites);

  // The calls still open have not ended: they are left out. But those of functions were counted when they began, and
  // nothing says when they end: they are measured as they are.
  void finish();

  // The operation with its distributions, latency and warm-up; sites and their patterns are the caller's. Call it
  // once for each operation, after finish().
  Operation take_operation(uint32_t operation, std::optional<double> nanoseconds_per_tick);

  // Operations in order of their first call; those that were never called come last.
  std::vector<uint32_t> order() const;

  uint64_t calls_at(SiteNumber site) const { return patterns_.calls_of(site); }
  Pattern pattern_of(SiteNumber site, const SiteCounts& counts) const;
  // Less than the site's counts if calls were left out as warm-up, or had not ended.
  SiteShare measured_at(SiteNumber site) const { return site < measured_.size() ? measured_[site] : SiteShare{}; }

  // Calls whose end (or beginning) is not in the trace, by operation.
  uint64_t unended(uint32_t operation) const;
  uint64_t orphans() const { return orphans_; }

 private:
  struct OperationState {
    uint64_t first_seen = 0;  // 0: never
    uint64_t count = 0;
    uint64_t warmup = 0;         // left out so far
    uint64_t warmup_wanted = 0;  // of each thread
    uint64_t unended = 0;
    CallMetrics total;
    DistributionBuilder allocations, bytes, frees, temporary, peak, net;
    LatencyBuilder latency;
    std::unordered_map<uint32_t, uint64_t> threads;         // calls measured
    std::unordered_map<uint32_t, uint64_t> threads_warmup;  // calls left out
  };
  struct SiteUse {
    SiteNumber site = kToolSite;
    uint64_t allocations = 0;
    uint64_t bytes = 0;
  };
  // One call, or equal ones, whole.
  struct Call {
    uint32_t operation = 0;
    uint64_t repeat = 1;
    uint64_t iterations = 1;
    bool ordered = true;
    CallMetrics metrics;
    std::vector<SiteUse> sites;
  };
  // A call of which only the first parts have been seen.
  struct OpenCall {
    Call call;
    std::unordered_map<SiteNumber, size_t> places;  // in call.sites; made when a second part comes
  };

  OperationState& state_of(uint32_t operation);
  static Call call_of(const trace::WindowCall& row, uint32_t operation, std::span<const SiteNumber> sites);
  static void join(OpenCall& open, const Call& part, const PartLevels& levels);
  const std::vector<PartLevels>& levels_of(const trace::Window& window);
  void measure(Call& call, uint32_t thread);
  void leave_out_warmup(Call& call, OperationState& state, uint32_t thread);
  void drop(Call& call, uint32_t thread);

  OperationTable& operations_;
  WarmupOf warmup_of_;
  std::vector<OperationState> states_;
  std::unordered_map<uint64_t, OpenCall> open_;          // parts, by thread and level
  std::unordered_map<uint32_t, CarriedBlocks> carried_;  // by thread
  PatternTracker patterns_;
  std::vector<SiteShare> measured_;  // by SiteNumber
  uint64_t seen_ = 0;
  uint64_t orphans_ = 0;
};

}  // namespace mallocop::report
