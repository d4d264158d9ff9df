#include "report/trace/calls.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "report/support/error.h"
#include "report/trace/saturating.h"

namespace mallocop::report {
namespace {

uint64_t place_of(uint32_t thread, uint32_t level) { return (uint64_t{thread} << 32) | level; }
uint32_t thread_of(uint64_t place) { return static_cast<uint32_t>(place >> 32); }

}  // namespace

CallReplay::OperationState& CallReplay::state_of(uint32_t operation) {
  while (states_.size() <= operation) {
    states_.emplace_back();
    states_.back().warmup_wanted = warmup_of_(operations_.names()[states_.size() - 1].name);
  }
  return states_[operation];
}

CallReplay::Call CallReplay::call_of(const trace::WindowCall& row, uint32_t operation,
                                     std::span<const SiteNumber> sites) {
  Call call;
  call.operation = operation;
  call.repeat = row.repeat;
  call.iterations = row.iterations;
  call.ordered = row.ordered;
  call.metrics = {row.allocations, row.bytes, row.frees, row.temporary, row.peak, row.net};
  for (const trace::WindowCallSite& use : row.sites) {
    if (use.allocations != 0 && sites[use.site] != kToolSite) {
      call.sites.push_back({sites[use.site], use.allocations, use.bytes});
    }
  }
  return call;
}

void CallReplay::join(OpenCall& open, const Call& part, const PartLevels& levels) {
  Call& call = open.call;
  CallMetrics& sum = call.metrics;
  // What an old trace does not say: that nothing of an earlier part was freed is an upper bound.
  sum.peak = std::max(sum.peak, levels.known ? levels.peak : saturating_add(sum.net, part.metrics.peak));
  sum.net = levels.known ? levels.net : saturating_add(sum.net, part.metrics.net);
  saturating_add_to(sum.allocations, part.metrics.allocations);
  saturating_add_to(sum.bytes, part.metrics.bytes);
  saturating_add_to(sum.frees, part.metrics.frees);
  saturating_add_to(sum.temporary, part.metrics.temporary);
  call.iterations = part.iterations;
  call.ordered = part.ordered;
  if (open.places.empty()) {
    for (size_t place = 0; place < call.sites.size(); ++place) open.places.emplace(call.sites[place].site, place);
  }
  for (const SiteUse& use : part.sites) {
    const auto [place, added] = open.places.try_emplace(use.site, call.sites.size());
    if (added) {
      call.sites.push_back(use);
    } else {
      saturating_add_to(call.sites[place->second].allocations, use.allocations);
      saturating_add_to(call.sites[place->second].bytes, use.bytes);
    }
  }
}

// Of each call of the window that began before it.
const std::vector<PartLevels>& CallReplay::levels_of(const trace::Window& window) {
  static const std::vector<PartLevels> kNone;
  const auto is_whole = [](const trace::WindowCall& row) { return row.begins && row.ends; };
  if (std::ranges::all_of(window.calls, is_whole)) {
    // A thread whose calls are all whole carries nothing.
    carried_.erase(window.thread_ordinal);
    return kNone;
  }
  return carried_[window.thread_ordinal].add(window);
}

void CallReplay::add(const trace::Window& window, std::span<const SiteNumber> sites) {
  const uint32_t thread = window.thread_ordinal;
  const std::vector<PartLevels>& levels = levels_of(window);
  size_t parts = 0;
  for (const trace::WindowCall& row : window.calls) {
    const PartLevels part = row.begins ? PartLevels{} : levels[parts++];
    const uint32_t operation = operations_.number_of(row.operation);
    const uint64_t place = place_of(thread, row.level);
    auto open = open_.find(place);
    if (row.begins && open != open_.end()) {  // its end is not in the trace
      drop(open->second.call, thread);
      open_.erase(open);
      open = open_.end();
    }
    if (operation == kOutsideNumber) continue;
    OperationState& state = state_of(operation);
    if (state.first_seen == 0) state.first_seen = ++seen_;
    Call call = call_of(row, operation, sites);
    if (row.begins) {
      if (row.ends) {
        measure(call, thread);
      } else {
        open_.emplace(place, OpenCall{std::move(call), {}});
      }
      continue;
    }
    if (open == open_.end() || open->second.call.operation != operation) {
      ++orphans_;
      continue;
    }
    join(open->second, call, part);
    if (!row.ends) continue;
    measure(open->second.call, thread);
    open_.erase(open);
  }
  for (const trace::WindowLatency& latency : window.latencies) {
    const uint32_t operation = operations_.number_of(latency.operation);
    if (operation != kOutsideNumber) state_of(operation).latency.add(latency);
  }
}

void CallReplay::drop(Call& call, uint32_t thread) {
  if (operations_.names()[call.operation].source == kFunctionSource) return measure(call, thread);
  ++states_[call.operation].unended;
}

void CallReplay::finish() {
  std::vector<uint64_t> places;  // in an order that does not depend on the table
  places.reserve(open_.size());
  for (const auto& [place, open] : open_) places.push_back(place);
  std::sort(places.begin(), places.end());
  for (const uint64_t place : places) drop(open_.at(place).call, thread_of(place));
  open_.clear();
}

// A warm-up counts iterations. What is left out is left out whole: equal calls in a row can be told apart, the
// iterations of a batch cannot.
void CallReplay::leave_out_warmup(Call& call, OperationState& state, uint32_t thread) {
  uint64_t& done = state.threads_warmup[thread];
  if (done >= state.warmup_wanted) return;
  if (!call.ordered) {
    throw Error(
        ExitStatus::kUsage,
        fmt::format("operation \"{}\": a warm-up of {} calls cannot be left out, because the trace keeps only the "
                    "first {} calls of an operation in each thread in order; ask for at most {}",
                    operations_.names()[call.operation].name, state.warmup_wanted, trace::kOrderedCalls, done));
  }
  const uint64_t wanted = state.warmup_wanted - done;
  const uint64_t calls = std::min(call.repeat, wanted / call.iterations + (wanted % call.iterations != 0));
  const uint64_t iterations = saturating_multiply(calls, call.iterations);
  saturating_add_to(done, iterations);
  saturating_add_to(state.warmup, iterations);
  call.repeat -= calls;
  for (const SiteUse& use : call.sites) patterns_.add_warmup(use.site);
}

void CallReplay::measure(Call& call, uint32_t thread) {
  OperationState& state = states_[call.operation];
  if (state.warmup_wanted != 0) leave_out_warmup(call, state, thread);
  if (call.repeat == 0) return;

  const uint64_t calls = saturating_multiply(call.repeat, call.iterations);
  uint64_t& position = state.threads[thread];
  for (const SiteUse& use : call.sites) {
    patterns_.add(use.site, {thread, position, call.repeat, call.iterations}, use.allocations, use.bytes);
    if (measured_.size() <= use.site) measured_.resize(use.site + size_t{1});
    saturating_add_to(measured_[use.site].allocations, saturating_multiply(use.allocations, call.repeat));
    saturating_add_to(measured_[use.site].bytes, saturating_multiply(use.bytes, call.repeat));
  }
  saturating_add_to(position, calls);
  saturating_add_to(state.count, calls);

  const auto share = [&](uint64_t value, uint64_t& total, DistributionBuilder& values) {
    saturating_add_to(total, saturating_multiply(value, call.repeat));
    values.add({value, call.iterations}, calls);
  };
  share(call.metrics.allocations, state.total.allocations, state.allocations);
  share(call.metrics.bytes, state.total.bytes, state.bytes);
  share(call.metrics.frees, state.total.frees, state.frees);
  share(call.metrics.temporary, state.total.temporary, state.temporary);
  share(call.metrics.net, state.total.net, state.net);
  saturating_add_to(state.total.peak, saturating_multiply(call.metrics.peak, calls));
  state.peak.add({call.metrics.peak, 1}, calls);
}

Operation CallReplay::take_operation(uint32_t operation, std::optional<double> nanoseconds_per_tick) {
  OperationState& state = state_of(operation);
  Operation result;
  result.name = operations_.names()[operation].name;
  result.source = operations_.names()[operation].source;
  result.count = state.count;
  result.warmup = state.warmup;
  result.allocations = state.allocations.build(state.total.allocations, state.count);
  result.bytes = state.bytes.build(state.total.bytes, state.count);
  result.frees = state.frees.build(state.total.frees, state.count);
  result.temporary = state.temporary.build(state.total.temporary, state.count);
  result.peak = state.peak.build(state.total.peak, state.count);
  result.net = state.net.build(state.total.net, state.count);
  if (nanoseconds_per_tick) result.latency = state.latency.build(*nanoseconds_per_tick);
  return result;
}

std::vector<uint32_t> CallReplay::order() const {
  std::vector<uint32_t> order(operations_.names().size());
  std::iota(order.begin(), order.end(), 0U);
  const auto rank = [&](uint32_t operation) {
    return operation < states_.size() && states_[operation].first_seen != 0 ? states_[operation].first_seen
                                                                            : ~uint64_t{0};
  };
  std::stable_sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) { return rank(a) < rank(b); });
  return order;
}

Pattern CallReplay::pattern_of(SiteNumber site, const SiteCounts& counts) const {
  static const std::unordered_map<uint32_t, uint64_t> kNoThreads;
  if (counts.operation >= states_.size()) return patterns_.pattern_of(site, counts, 0, kNoThreads);
  const OperationState& state = states_[counts.operation];
  return patterns_.pattern_of(site, counts, state.count, state.threads);
}

uint64_t CallReplay::unended(uint32_t operation) const {
  return operation < states_.size() ? states_[operation].unended : 0;
}

}  // namespace mallocop::report
