// See verdict_text.h.
#include "report/output/verdict_text.h"

#include <fmt/format.h>

#include <utility>

#include "report/output/bottlenecks.h"
#include "report/output/figures.h"
#include "report/output/place.h"
#include "report/support/units.h"
#include "report/symbols/short_name.h"

namespace mallocop::report {
namespace {

// What a culprit contributed, in the violation's own terms.
std::string contribution(const Violation& one, const Bottleneck& culprit) {
  if (one.metric.starts_with("leaked")) {
    return fmt::format("{} leaked, {}", counted(culprit.leaked_allocations, "block", "blocks"),
                       format_size(culprit.leaked_bytes));
  }
  // Of an operation those count that the limit counted: not the calls of a warm-up.
  const bool process = one.operation.empty();
  return fmt::format("{}, {}",
                     counted(process ? culprit.allocations : culprit.measured_allocations, "allocation", "allocations"),
                     format_size(process ? culprit.bytes : culprit.measured_bytes));
}

void place(const Profile& profile, Culprit& culprit) {
  const Site& site = profile.sites[culprit.sites[0]];
  culprit.name = place_name(profile, site);
  culprit.position = place_position(profile, site);
  if (site.cause != "unknown") culprit.cause = site.cause;
}

Culprit changed(const Profile& profile, const Violation& one, const SiteChange& change) {
  const std::string per = one.operation.empty() ? "" : " per call";
  const auto amount = [&one](Rational value) {
    return one.metric == "bytes" ? short_size(value) : short_number(value);
  };
  Culprit culprit;
  culprit.sites = change.sites;
  culprit.name = shown_name(change.function, profile.whole_names);
  if (!change.sites.empty()) place(profile, culprit);
  culprit.impact = amount(change.now) + per;
  switch (change.kind) {
    case SiteChange::Kind::kNew:
      culprit.change = "new: ";
      break;
    case SiteChange::Kind::kUnlisted:
      culprit.change = "new, or small before: ";
      break;
    case SiteChange::Kind::kMore:
      culprit.change = "more: ";
      culprit.impact += ", was " + amount(change.before);
      break;
    case SiteChange::Kind::kLess:
      culprit.change = "less: ";
      culprit.impact += ", was " + amount(change.before);
      break;
    case SiteChange::Kind::kGone:
      culprit.change = "gone: ";
      culprit.impact = fmt::format("was {}{}", amount(change.before), per);
      break;
  }
  return culprit;
}

}  // namespace

const std::vector<std::string>& invalid_reasons(const ReportInput& input) {
  return input.verdict ? input.verdict->invalid : input.profile.measurement.reasons;
}

std::string verdict_headline(const Verdict& verdict) {
  const std::string checks = counted(verdict.compared.size(), "limit", "limits");
  const std::string broken = fmt::format("{} of {} broken", format_count(verdict.violations.size()), checks);
  switch (verdict.status) {
    case ExitStatus::kOk:
      return fmt::format("PASS: {} kept", checks);
    case ExitStatus::kOverBudget:
      return "FAIL: " + broken;
    case ExitStatus::kBetterThanBaseline:
      return "BETTER than the baseline: update it with the patch below, or with --save-baseline";
    case ExitStatus::kInvalid:
      return "INVALID: the measurement is not whole, so nothing is proved";
    default:
      return fmt::format("status {}", static_cast<int>(verdict.status));
  }
}

std::string operation_text(const std::string& operation) { return operation.empty() ? "whole process" : operation; }

std::string violation_text(const Violation& one) {
  const char* relation = one.kind == Violation::Kind::kBetter ? "<" : ">";
  const std::string comparison = fmt::format("{} {} {} ({})", one.actual, relation, one.limit, one.source);
  if (one.kind == Violation::Kind::kForbidden) return comparison;  // what is counted is in the texts
  return fmt::format("{}.{} {}", one.metric, one.statistic, comparison);
}

std::vector<Culprit> culprits_of(const Profile& profile, const Violation& one) {
  std::vector<Culprit> culprits;
  for (const SiteChange& change : one.changes) culprits.push_back(changed(profile, one, change));
  if (!culprits.empty()) return culprits;
  for (Bottleneck& group : group_sites(profile, one.sites)) {
    Culprit culprit;
    culprit.impact = contribution(one, group);
    culprit.sites = std::move(group.sites);
    place(profile, culprit);
    culprits.push_back(std::move(culprit));
  }
  return culprits;
}

std::string culprit_text(const Culprit& culprit) {
  return fmt::format("{}{}{}{}: {}{}{}", culprit.change, culprit.name, culprit.position.empty() ? "" : " ",
                     culprit.position, culprit.impact, culprit.cause.empty() ? "" : "; cause: ", culprit.cause);
}

}  // namespace mallocop::report
