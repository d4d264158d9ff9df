// See bottleneck_impact.h.
#include "report/output/bottleneck_impact.h"

#include <fmt/format.h>

#include <algorithm>

#include "report/output/figures.h"
#include "report/support/units.h"

namespace mallocop::report {
namespace {

// "In the first call only" is said of up to sixteen calls at the start of each thread.
std::string in_first_calls(const Profile& profile, const Bottleneck& group, const Operation& operation) {
  const auto calls_at = [&](size_t site) { return profile.sites[site].calls; };
  if (std::all_of(group.sites.begin(), group.sites.end(), [&](size_t site) { return calls_at(site) <= 1; })) {
    return "in the first call only";
  }
  if (group.sites.size() > 1) return "in the first calls only";
  const std::string calls = format_count(calls_at(group.sites[0]));
  const std::string of_calls = format_count(operation.count);
  // Each thread has first calls of its own.
  return profile.measurement.threads > 1 ? fmt::format("in {} of {} calls, the first of their threads", calls, of_calls)
                                         : fmt::format("in the first {} of {} calls only", calls, of_calls);
}

std::string when(const Profile& profile, const Bottleneck& group, const Operation& operation) {
  const Site& site = profile.sites[group.sites[0]];
  switch (site.pattern) {
    case Pattern::kEveryOp:
      return "in every call";
    case Pattern::kFirstOpOnly:
      return in_first_calls(profile, group, operation);
    case Pattern::kAmortisedGrowth:
      return "now and then, growing";
    case Pattern::kSomeOps:
      // Of several stacks, how many of the calls they share is not known.
      if (group.sites.size() > 1) return "";
      return fmt::format("in {} of {} calls", format_count(site.calls), format_count(operation.count));
    case Pattern::kOutsideOps:
      break;
  }
  return "";
}

// What the ranking counts, where the rest of the text does not say it.
std::string ranked_text(const Profile& profile, const Bottleneck& group) {
  switch (profile.ranking) {
    case Ranking::kAllocations:
    case Ranking::kBytes:
      return "";
    case Ranking::kTemporary:
      return fmt::format("{} temporary; ", format_count(group.ranked));
    case Ranking::kPeak:
      return fmt::format("{} at the peak, {} of it; ", format_size(group.ranked),
                         percent(group.ranked, profile.totals.peak_bytes));
    case Ranking::kLeaked:
      return fmt::format("{} never freed, in {}; ", format_size(group.leaked_bytes),
                         counted(group.leaked_allocations, "block", "blocks"));
  }
  return "";
}

}  // namespace

std::string bottleneck_impact(const Profile& profile, const Bottleneck& group) {
  const uint64_t allocations = group.measured_allocations;
  std::string text = ranked_text(profile, group);
  text += fmt::format("{}, {}", counted(allocations, "allocation", "allocations"), format_size(group.measured_bytes));
  if (!group.operation) {
    text += fmt::format(", {} of the process", percent(allocations, profile.totals.allocations));
  } else if (const Operation& operation = profile.operations[*group.operation]; operation.count == 0) {
    text += fmt::format(", in calls of {} that are not measured", operation.name);
  } else {
    text += fmt::format(", {} of {}: {} per call", percent(allocations, operation.allocations.total), operation.name,
                        short_number({allocations, operation.count}));
    const std::string share = when(profile, group, operation);
    if (!share.empty()) text += ", " + share;
  }
  if (group.sites.size() < 2) return text;
  const bool some = profile.sites[group.sites[0]].pattern == Pattern::kSomeOps;
  return text + fmt::format(" ({} stacks{})", format_count(group.sites.size()), some ? ", each in some calls" : "");
}

}  // namespace mallocop::report
