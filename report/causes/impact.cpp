#include "report/causes/impact.h"

#include <fmt/format.h>

#include <algorithm>

#include "report/support/units.h"

namespace mallocop::report {
namespace {

std::string reserved_text(uint64_t blocks) {
  if (blocks == 0) return "";
  return fmt::format(" ({} reserved block{})", format_count(blocks), blocks == 1 ? " remains" : "s remain");
}

// "4 of 5 allocations per op"; rare ones as totals, so that nothing is rounded away: "3 of 8 allocations in 1,000 ops".
std::string share_per_op(uint64_t part, uint64_t whole, uint64_t count, std::string_view what, uint64_t reserved = 0) {
  if (part % count == 0 && whole % count == 0 && reserved % count == 0) {
    return fmt::format("{} of {} {} per op{}", format_count(part / count), format_count(whole / count), what,
                       reserved_text(reserved / count));
  }
  return fmt::format("{} of {} {} in {} ops{}", format_count(part), format_count(whole), what, format_count(count),
                     reserved_text(reserved));
}

}  // namespace

void Impact::add(const Impact& other) {
  allocations += other.allocations;
  bytes += other.bytes;
  first_call_only = first_call_only && other.first_call_only;
  calls = std::max(calls, other.calls);
  reserved += other.reserved;
}

Impact impact_of(const Site& site, Saving saving) {
  Impact impact{site.measured_allocations(), site.measured_bytes(), site.pattern == Pattern::kFirstOpOnly, site.calls};
  if (saving == Saving::kAllocations) impact.bytes = 0;
  // A block that every call grows in several steps: one step stays, and no step is larger than the largest.
  const bool grows_in_call = site.operation && site.calls != 0 && impact.allocations > site.calls;
  if (saving == Saving::kGrowth && grows_in_call && site.pattern != Pattern::kAmortisedGrowth) {
    const uint64_t kept = site.largest > impact.bytes / site.calls ? impact.bytes : site.calls * site.largest;
    impact.allocations -= site.calls;
    impact.bytes -= kept;
    impact.reserved = site.calls;
  }
  return impact;
}

std::string impact_text(const Profile& profile, std::optional<size_t> operation, const Impact& impact) {
  if (!operation || *operation >= profile.operations.size() || profile.operations[*operation].count == 0) {
    const std::string allocations =
        fmt::format("{} allocation{}", format_count(impact.allocations), impact.allocations == 1 ? "" : "s");
    if (impact.bytes == 0) return allocations + " in all";
    return fmt::format("{}, {} in all", allocations, format_size(impact.bytes));
  }
  const Operation& op = profile.operations[*operation];
  std::string text;
  if (impact.first_call_only) {
    text = fmt::format("{} of {} allocations{}", format_count(impact.allocations), format_count(op.allocations.total),
                       reserved_text(impact.reserved));
    if (impact.bytes != 0) {
      text += fmt::format(", {} of {} bytes", format_count(impact.bytes), format_count(op.bytes.total));
    }
    return text + (impact.calls > 1 ? ", in the first ops only" : ", in the first op only");
  }
  text = share_per_op(impact.allocations, op.allocations.total, op.count, "allocations", impact.reserved);
  if (impact.bytes != 0) text += ", " + share_per_op(impact.bytes, op.bytes.total, op.count, "bytes");
  return text;
}

}  // namespace mallocop::report
