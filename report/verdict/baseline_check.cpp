#include "report/verdict/baseline_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>

#include "report/support/pattern.h"
#include "report/support/units.h"
#include "report/support/version.h"
#include "report/verdict/limit_check.h"
#include "report/verdict/metrics.h"
#include "report/verdict/site_changes.h"
#include "report/verdict/suppressions.h"
#include "report/verdict/uncertain_entries.h"

namespace mallocop::report {
namespace {

// What a comparison needs to be equal. Another compiler shows only where both sides know theirs; for the others, to be
// known on one side alone is a difference.
struct Condition {
  std::string_view key;
  bool where_known;
};
constexpr std::array<Condition, 4> kConditions = {
    {{"libc", false}, {"allocator", false}, {"architecture", false}, {"compiler", true}}};

// "0.1" of "0.1.7": a patch level measures as the one before did.
std::string_view without_patch(std::string_view version) {
  const size_t minor = version.find('.');
  return minor == std::string_view::npos ? version : version.substr(0, version.find('.', minor + 1));
}

// Whether `actual` is above `base` by more than the share `tolerance`, exactly. Numbers beyond any real measurement,
// for which that cannot be computed, are compared without the tolerance.
bool exceeds(Rational actual, Rational base, Rational tolerance) {
  Rational factor{0, tolerance.den};
  if (__builtin_add_overflow(tolerance.num, tolerance.den, &factor.num)) return actual > base;
  factor = reduced(factor);
  const Rational left = reduced(base);
  // Crosswise reduction keeps the product within 64 bits for every number that a trace can hold.
  const Rational one = reduced({left.num, factor.den});
  const Rational two = reduced({factor.num, left.den});
  Rational allowed;
  if (__builtin_mul_overflow(one.num, two.num, &allowed.num) ||
      __builtin_mul_overflow(one.den, two.den, &allowed.den)) {
    return actual > base;
  }
  return actual > allowed;
}

const RegressRule* rule_for(std::span<const RegressRule> rules, const std::string& operation, Metric metric) {
  const auto found = std::find_if(rules.begin(), rules.end(), [&](const RegressRule& rule) {
    return rule.metric == metric && glob_matches(rule.pattern, operation);
  });
  return found == rules.end() ? nullptr : &*found;
}

bool always_compared(Metric metric) { return metric == Metric::kAllocs || metric == Metric::kBytes; }

class Comparison {
 public:
  Comparison(const Profile& profile, const Baseline& baseline, std::span<const RegressRule> rules, bool strict,
             Verdict& verdict)
      : profile_(profile), baseline_(baseline), rules_(rules), strict_(strict), verdict_(verdict) {}

  void compare_operation(const Operation& operation, const BaselineOperation& base) {
    for (const MetricInfo& metric : all_metrics()) {
      if (metric.per_call == nullptr) continue;
      const RegressRule* rule = rule_for(rules_, operation.name, metric.metric);
      const auto was = base.values.find(metric.metric);
      if ((rule == nullptr && !always_compared(metric.metric)) || was == base.values.end()) continue;
      const Rational tolerance = rule != nullptr ? rule->tolerance : Rational{0, 1};
      const Rational is = (operation.*metric.per_call).mean;
      compare(operation.name, metric, Statistic::kMean, is, was->second.mean, tolerance, operation.sites,
              operation.count, {base.sites, base.count, was->second.mean.num});
    }
  }

  void compare_totals() {
    const std::vector<size_t> sites = all_indices(profile_.sites.size());
    for (const MetricInfo& metric : all_metrics()) {
      if (!always_compared(metric.metric)) continue;
      compare("", metric, Statistic::kTotal, {profile_.totals.*metric.total, 1}, {baseline_.totals.*metric.total, 1},
              {0, 1}, sites, 1, {baseline_.sites, 1, baseline_.totals.*metric.total});
    }
  }

 private:
  void compare(const std::string& operation, const MetricInfo& metric, Statistic statistic, Rational is, Rational was,
               Rational tolerance, std::span<const size_t> sites, uint64_t calls, const BaselineSide& before) {
    const bool worse = exceeds(is, was, tolerance);
    const bool better = strict_ && is < was;
    const auto text = [&](Rational value) {
      return statistic == Statistic::kMean ? format_mean(value, metric.unit) : format_exact(value, metric.unit);
    };
    const std::string tolerated = tolerance.num == 0 ? "" : fmt::format(" + {}%", 100 * tolerance.to_double());
    Violation outcome{.kind = worse ? Violation::Kind::kBaseline : Violation::Kind::kBetter,
                      .operation = operation,
                      .metric = std::string(metric.name),
                      .statistic = statistic == Statistic::kMean ? "mean" : "total",
                      .limit = text(was) + tolerated,
                      .actual = text(is),
                      .source = fmt::format("baseline {}", baseline_.name),
                      .sites = {}};
    if (worse || better) {
      outcome.sites = Suppressions().by_share(profile_, sites, metric.share);
      outcome.changes = site_changes(profile_, outcome.sites, calls, before, metric.metric);
      // What got better is told by what shrank.
      if (better) std::reverse(outcome.changes.begin(), outcome.changes.end());
    }
    verdict_.add(std::move(outcome), !worse && !better);
  }

  const Profile& profile_;
  const Baseline& baseline_;
  std::span<const RegressRule> rules_;
  bool strict_;
  Verdict& verdict_;
};

}  // namespace

std::vector<std::string> fingerprint_differences(const Baseline& now, const Baseline& before) {
  std::vector<std::string> differences;
  for (const Condition& condition : kConditions) {
    const std::string is = condition_of(now.fingerprint, condition.key);
    const std::string was = condition_of(before.fingerprint, condition.key);
    const bool skip = condition.where_known && (is == "unknown" || was == "unknown");
    if (is != was && !skip) differences.push_back(fmt::format("{} is '{}', was '{}'", condition.key, is, was));
  }
  if (without_patch(now.tool_version) != without_patch(before.tool_version)) {
    differences.push_back(fmt::format("mallocop is '{}', was '{}'", now.tool_version, before.tool_version));
  }
  return differences;
}

std::vector<std::string> fingerprint_differences(const Profile& profile, const Baseline& baseline) {
  Baseline now;
  now.tool_version = tool_version();
  now.fingerprint.insert(profile.fingerprint.begin(), profile.fingerprint.end());
  return fingerprint_differences(now, baseline);
}

void check_baseline(const Profile& profile, const Baseline& baseline, std::span<const RegressRule> rules, bool strict,
                    Verdict& verdict) {
  const std::vector<std::string> differences = fingerprint_differences(profile, baseline);
  for (const std::string& difference : differences) {
    verdict.invalid.push_back(fmt::format("incomparable with baseline '{}': {}", baseline.name, difference));
  }
  if (!differences.empty()) return;

  Comparison comparison(profile, baseline, rules, strict, verdict);
  const std::string source = fmt::format("baseline '{}'", baseline.name);
  for (const auto& [name, base] : baseline.operations) {
    const auto found = std::find_if(profile.operations.begin(), profile.operations.end(),
                                    [&name = name](const Operation& operation) { return operation.name == name; });
    if (found == profile.operations.end()) {
      verdict.invalid.push_back(
          fmt::format("{}: operation '{}' was not measured; {}", source, name, operations_there(profile, name)));
    } else if (found->count == 0 && base.count > 0) {
      verdict.invalid.push_back(fmt::format("{}: operation '{}' has no measured call", source, name));
    } else if (const std::string why = uncertain_entries(profile, *found); !why.empty()) {
      verdict.invalid.push_back(
          fmt::format("{}: '{}' cannot be compared: {}; {}", source, name, why, kUncertainEntriesAdvice));
    } else {
      comparison.compare_operation(*found, base);
    }
  }
  for (const Operation& operation : profile.operations) {
    if (baseline.operations.count(operation.name) != 0) continue;
    verdict.notes.push_back(fmt::format("{}: operation '{}' is new and was not compared", source, operation.name));
  }
  if (baseline.operations.empty()) comparison.compare_totals();
}

}  // namespace mallocop::report
