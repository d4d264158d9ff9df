#include "report/comparison/comparison.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <span>
#include <tuple>
#include <utility>

#include "report/verdict/baseline_check.h"
#include "report/verdict/metrics.h"

namespace mallocop::report {
namespace {

template <typename Map>
auto found_in(const Map& map, const typename Map::key_type& key) {
  const auto found = map.find(key);
  return found == map.end() ? std::nullopt : std::optional(found->second);
}

template <typename Map>
std::set<std::string> names_in(const Map& before, const Map& now) {
  std::set<std::string> names;
  for (const auto& [name, unused] : before) names.insert(name);
  for (const auto& [name, unused] : now) names.insert(name);
  return names;
}

double difference(const Pair<Rational>& pair) {
  return pair.now.value_or(Rational()).to_double() - pair.before.value_or(Rational()).to_double();
}

// What one function does in an operation of one side.
struct Share {
  uint64_t allocations = 0;
  std::optional<uint64_t> bytes;
};

// The functions of one operation of one side.
struct Functions {
  std::map<std::string, Share> shares;
  uint64_t calls = 1;    // what is divided by; 0: there is no such operation
  bool complete = true;  // all functions that allocate are there

  Pair<Rational> both(const Functions& now, const std::string& function, bool bytes) const;
};

Functions functions_of(std::span<const BaselineSite> sites, uint64_t calls, bool is_trace) {
  Functions functions;
  for (const BaselineSite& site : sites) functions.shares[site.function] = {site.allocations, site.bytes};
  functions.calls = calls;
  functions.complete = is_trace || sites.size() < kBaselineSites;
  return functions;
}

std::optional<Rational> per_call(const Functions& functions, const std::string& function, bool bytes) {
  const auto share = functions.shares.find(function);
  if (share == functions.shares.end() || functions.calls == 0) return std::nullopt;
  if (!bytes) return Rational{share->second.allocations, functions.calls};
  return share->second.bytes ? std::optional(Rational{*share->second.bytes, functions.calls}) : std::nullopt;
}

Pair<Rational> Functions::both(const Functions& now, const std::string& function, bool bytes) const {
  return {per_call(*this, function, bytes), per_call(now, function, bytes)};
}

// How much a change weighs among those of all operations: per call times calls.
struct Ranked {
  PlaceChange change;
  double allocations;
  double bytes;
};

class Comparing {
 public:
  Comparing(const Side& before, const Side& now) : before_(before), now_(now) {}

  Comparison run() {
    result_.before = before_.name;
    result_.now = now_.name;
    result_.conditions = fingerprint_differences(now_.measured, before_.measured);
    for (const MetricInfo& metric : all_metrics()) {
      if (metric.total == nullptr) continue;
      result_.totals.push_back(
          {metric.metric, before_.measured.totals.*metric.total, now_.measured.totals.*metric.total});
    }
    for (const std::string& name : names_in(before_.measured.operations, now_.measured.operations)) add_operation(name);
    add_outside();
    sort();
    return std::move(result_);
  }

 private:
  void add_operation(const std::string& name) {
    const auto before = found_in(before_.measured.operations, name);
    const auto now = found_in(now_.measured.operations, name);
    OperationChange change;
    change.name = name;
    if (before) change.calls.before = before->count;
    if (now) change.calls.now = now->count;
    change.time_ns = {found_in(before_.median_ns, name), found_in(now_.median_ns, name)};
    for (const MetricInfo& metric : all_metrics()) {
      if (metric.per_call == nullptr) continue;
      MetricChange values{metric.metric, {}, {}};
      const auto take = [&](const auto& operation, std::optional<Rational>& mean, std::optional<Rational>& max) {
        const auto value = operation ? found_in(operation->values, metric.metric) : std::nullopt;
        if (!value) return;
        mean = value->mean;
        max = value->max;
      };
      take(before, values.mean.before, values.max.before);
      take(now, values.mean.now, values.max.now);
      if (values.mean.before || values.mean.now) change.metrics.push_back(values);
    }
    const auto side = [](const auto& operation, bool is_trace) {
      return operation ? functions_of(operation->sites, operation->count, is_trace) : Functions{{}, 0, true};
    };
    add_places(name, side(before, before_.is_trace), side(now, now_.is_trace));
    result_.operations.push_back(std::move(change));
  }

  // Of a baseline with operations it is not known what was allocated outside of them.
  void add_outside() {
    const auto known = [](const Side& side) { return side.is_trace || side.measured.operations.empty(); };
    if (!known(before_) || !known(now_)) return;
    add_places("", functions_of(before_.measured.sites, 1, before_.is_trace),
               functions_of(now_.measured.sites, 1, now_.is_trace));
  }

  void add_places(const std::string& operation, const Functions& before, const Functions& now) {
    for (const std::string& function : names_in(before.shares, now.shares)) {
      PlaceChange change;
      change.operation = operation;
      change.function = function;
      change.allocations = before.both(now, function, false);
      change.bytes = before.both(now, function, true);
      const bool bytes_known = change.bytes.before.has_value() == change.allocations.before.has_value() &&
                               change.bytes.now.has_value() == change.allocations.now.has_value();
      if (!bytes_known) change.bytes = {};
      const bool missing_before = !change.allocations.before;
      const bool missing_now = !change.allocations.now;
      if (!missing_before && !missing_now && !change.allocations.differs() && !change.bytes.differs()) {
        ++result_.places_alike;
        continue;
      }
      change.certain = (!missing_before || before.complete) && (!missing_now || now.complete);
      const auto place = found_in(now_.places, function);
      change.place = (place ? place : found_in(before_.places, function)).value_or(AllocatingPlace());
      const auto calls = static_cast<double>(std::max({before.calls, now.calls, uint64_t{1}}));
      const double allocations = std::abs(difference(change.allocations)) * calls;
      const double bytes = std::abs(difference(change.bytes)) * calls;
      ranked_.push_back({std::move(change), allocations, bytes});
    }
  }

  // What is inside operations goes first.
  void sort() {
    std::stable_sort(ranked_.begin(), ranked_.end(), [](const Ranked& a, const Ranked& b) {
      return std::tuple(a.change.operation.empty(), -a.allocations, -a.bytes) <
             std::tuple(b.change.operation.empty(), -b.allocations, -b.bytes);
    });
    for (Ranked& ranked : ranked_) result_.places.push_back(std::move(ranked.change));
    const auto weight = [](const OperationChange& change) {
      const Pair<Rational> mean = change.metrics.empty() ? Pair<Rational>() : change.metrics.front().mean;
      const uint64_t calls = std::max(change.calls.before.value_or(0), change.calls.now.value_or(0));
      return std::abs(difference(mean)) * static_cast<double>(calls);
    };
    std::stable_sort(result_.operations.begin(), result_.operations.end(),
                     [&](const OperationChange& a, const OperationChange& b) {
                       return std::tuple(!a.differs(), -weight(a)) < std::tuple(!b.differs(), -weight(b));
                     });
  }

  const Side& before_;
  const Side& now_;
  Comparison result_;
  std::vector<Ranked> ranked_;
};

}  // namespace

bool OperationChange::differs() const {
  return calls.before.has_value() != calls.now.has_value() ||
         std::any_of(metrics.begin(), metrics.end(),
                     [](const MetricChange& change) { return change.mean.differs() || change.max.differs(); });
}

Comparison compare(const Side& before, const Side& now) { return Comparing(before, now).run(); }

}  // namespace mallocop::report
