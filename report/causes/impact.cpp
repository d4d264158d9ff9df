#include "report/causes/impact.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

#include "report/support/units.h"

namespace mallocop::report {
namespace {

uint64_t bit_width(uint64_t value) { return static_cast<uint64_t>(std::bit_width(value)); }

std::string reserved_text(uint64_t blocks, bool at_most) {
  if (blocks == 0) return "";
  return fmt::format(" ({}{} reserved block{})", at_most ? "at most " : "", format_count(blocks),
                     blocks == 1 ? " remains" : "s remain");
}

// What is left in all calls together if each block is made large at once.
struct Reserved {
  uint64_t blocks = 0;
  uint64_t bytes = 0;
  bool exact = true;     // of bytes
  bool at_most = false;  // of blocks: there may be fewer
};

// Blocks that are reallocated begin with one that is not. Where none begins here, blocks of another line grow.
Reserved reserved_of_reallocated(const SiteGroup& group) {
  const uint64_t begun = group.allocations - std::min(group.allocations, group.reallocations);
  const uint64_t grown = std::max(begun, group.calls);
  const bool one_per_call = begun == group.calls && group.allocations % group.calls == 0;
  const uint64_t bytes = group.largest > group.bytes / grown ? group.bytes : grown * group.largest;
  return {begun, bytes, one_per_call && group.bytes % group.calls == 0};
}

// Of one container. Some blocks have a head besides what doubles, so a step more is possible.
uint64_t most_steps(const SiteGroup& group) {
  return bit_width(group.largest / std::max<uint64_t>(group.smallest / 2, 1));
}

// Containers at least double when they grow, so one that grows from `smallest` to `largest` does so in a known number
// of steps at most; more steps are more containers, one after the other.
Reserved reserved_of(const SiteGroup& group, bool by_realloc) {
  const uint64_t doubling = doubling_chains(group);
  const bool reallocated = by_realloc && group.reallocations_known;
  const bool proven = !reallocated || doubling * group.calls + group.reallocations == group.allocations;
  if (doubling != 0 && proven) return {group.calls * doubling, group.calls * doubling * group.largest, true};
  if (reallocated) return reserved_of_reallocated(group);
  const uint64_t allocations = group.allocations / group.calls;
  const bool alike = group.allocations % group.calls == 0 && group.bytes % group.calls == 0;
  if (allocations <= most_steps(group) && group.largest <= group.bytes / group.calls) {
    return {group.calls, group.calls * group.largest, alike};
  }
  // Several containers. Most remain if some grow all the way and the others have one block each; of those that grow
  // the bytes tell how many there are.
  const uint64_t steps = bit_width(group.largest / std::max<uint64_t>(group.smallest, 1));
  const uint64_t singles = group.allocations * group.smallest;
  const uint64_t more = 2 * group.largest - group.smallest - steps * group.smallest;  // of one that grows all the way
  const uint64_t growing = std::max<uint64_t>(1, (group.bytes - std::min(group.bytes, singles)) / std::max(more, 1UL));
  const uint64_t gone = std::min(growing, group.allocations / steps) * (steps - 1);
  const uint64_t blocks = std::max(group.allocations - std::min(group.allocations, gone), group.calls);
  return {blocks, blocks * group.largest, false, true};
}

void take_reserved(const Reserved& reserved, Impact& impact) {
  impact.reserved = std::min(impact.allocations, reserved.blocks);
  impact.allocations -= impact.reserved;
  impact.bytes -= std::min(impact.bytes, reserved.bytes);
  impact.about = !reserved.exact;
  impact.at_least = reserved.at_most;
}

// All but what one call takes.
void keep_first(const SiteGroup& group, Impact& impact) {
  if (group.calls == 0) return;
  impact.first_allocations = (group.allocations + group.calls - 1) / group.calls;
  impact.first_bytes = std::min(impact.bytes, (group.bytes + group.calls - 1) / group.calls);
  impact.allocations -= impact.first_allocations;
  impact.bytes -= impact.first_bytes;
}

// "4 of 5 allocations per op"; rare ones as totals, so that nothing is rounded away: "3 of 8 allocations in 1,000 ops".
// `first` more go in all calls but the first.
std::string share_per_op(uint64_t part, uint64_t first, uint64_t whole, uint64_t count, std::string_view what,
                         const Impact& impact = {}) {
  const uint64_t reserved = impact.reserved;
  const bool at_most = impact.at_least;
  if (whole % count == 0 && reserved % count == 0) {
    if (part % count == 0 && first == 0) {
      return fmt::format("{} of {} {} per op{}", format_count(part / count), format_count(whole / count), what,
                         reserved_text(reserved / count, at_most));
    }
    if (first != 0 && (part + first) % count == 0) {
      return fmt::format("{} of {} {} per op from the second on{}", format_count((part + first) / count),
                         format_count(whole / count), what, reserved_text(reserved / count, at_most));
    }
  }
  return fmt::format("{} of {} {} in {} ops{}", format_count(part), format_count(whole), what, format_count(count),
                     reserved_text(reserved, at_most));
}

}  // namespace

void Impact::add(const Impact& other) {
  allocations += other.allocations;
  bytes += other.bytes;
  first_call_only = first_call_only && other.first_call_only;
  calls = std::max(calls, other.calls);
  reserved += other.reserved;
  first_allocations += other.first_allocations;
  first_bytes += other.first_bytes;
  about = about || other.about;
  at_least = at_least || other.at_least;
  at_most = at_most || other.at_most;
}

void SiteGroup::add(const Site& site) {
  SiteGroup one;
  one.allocations = site.measured_allocations();
  one.bytes = site.measured_bytes();
  one.temporary = site.temporary;
  one.leaked = site.leaked_allocations;
  one.reallocations = site.reallocations;
  one.reallocations_known = site.left_out_allocations == 0;  // which of them are left out is not known
  one.smallest = site.smallest;
  one.largest = site.largest;
  one.calls = std::max(site.calls, site.calls_at_lines);
  one.inside = site.operation.has_value();
  one.first_call_only = site.pattern == Pattern::kFirstOpOnly;
  one.fades = site.pattern == Pattern::kFirstOpOnly || site.pattern == Pattern::kAmortisedGrowth;
  add(one);
}

void SiteGroup::add(const SiteGroup& other) {
  smallest = allocations == 0 ? other.smallest : std::min(smallest, other.smallest);
  largest = std::max(largest, other.largest);
  allocations += other.allocations;
  bytes += other.bytes;
  temporary += other.temporary;
  leaked += other.leaked;
  reallocations += other.reallocations;
  reallocations_known = reallocations_known && other.reallocations_known;
  calls = std::max(calls, other.calls);
  inside = inside || other.inside;
  first_call_only = first_call_only && other.first_call_only;
  fades = fades && other.fades;
}

uint64_t doubling_chains(const SiteGroup& group) {
  if (group.calls == 0 || group.allocations % group.calls != 0 || group.bytes % group.calls != 0) return 0;
  if (group.largest > UINT64_MAX / 4) return 0;
  const uint64_t allocations = group.allocations / group.calls;
  const uint64_t bytes = group.bytes / group.calls;
  for (const uint64_t more : {uint64_t{0}, uint64_t{1}}) {
    if (group.smallest <= more) continue;
    const uint64_t base = group.smallest - more;
    const uint64_t factor = (group.largest - more) / base;
    if ((group.largest - more) % base != 0 || !std::has_single_bit(factor)) continue;
    const uint64_t steps = bit_width(factor);
    const uint64_t of_chain = 2 * (group.largest - more) - base + more * steps;  // base + 2 base + … + factor base
    if (allocations % steps == 0 && bytes % of_chain == 0 && bytes / of_chain == allocations / steps) {
      return allocations / steps;
    }
  }
  return 0;
}

// Blocks of one size do not grow: each is another container's.
bool grows(const SiteGroup& group, bool by_realloc) {
  if (group.allocations <= group.calls) return false;
  if (by_realloc && group.reallocations_known) return group.reallocations != 0;
  return group.smallest < group.largest;
}

Impact impact_of(const SiteGroup& group, Saving saving, bool by_realloc) {
  Impact impact;
  impact.allocations = group.allocations;
  impact.bytes = group.bytes;
  impact.first_call_only = group.first_call_only;
  impact.calls = group.calls;
  // Before the first operation, or long before it grows: nothing remains inside.
  if (saving == Saving::kAll) return impact;
  if (group.inside && group.fades && saving != Saving::kAllocations) {
    // More steps than one container takes are of containers that are made in operations, and grow there.
    if (saving != Saving::kGrowth || group.first_call_only || group.allocations <= most_steps(group)) return impact;
    SiteGroup all = group;
    all.calls = 1;
    if (grows(all, by_realloc)) take_reserved(reserved_of(all, by_realloc), impact);
    return impact;
  }
  if (saving == Saving::kAllocations) {
    impact.bytes = 0;
  } else if (!group.inside || group.calls == 0) {
    impact.at_most = true;  // how often it runs is not known
  } else if (saving == Saving::kGrowth && grows(group, by_realloc)) {
    take_reserved(reserved_of(group, by_realloc), impact);
  } else {
    keep_first(group, impact);
  }
  return impact;
}

std::string impact_text(const Profile& profile, std::optional<size_t> operation, const Impact& impact) {
  const std::string_view about = impact.about ? "about " : "";
  if (!operation || *operation >= profile.operations.size() || profile.operations[*operation].count == 0) {
    const std::string allocations = fmt::format("{}{} allocation{}", impact.at_most ? "at most " : "",
                                                format_count(impact.allocations), impact.allocations == 1 ? "" : "s");
    if (impact.bytes == 0) return allocations + " in all";
    return fmt::format("{}, {} in all", allocations, format_size(impact.bytes));
  }
  const Operation& op = profile.operations[*operation];
  std::string text;
  if (impact.first_call_only) {
    text = fmt::format("{} of {} allocations{}", format_count(impact.allocations), format_count(op.allocations.total),
                       reserved_text(impact.reserved, impact.at_least));
    if (impact.bytes != 0) {
      text += fmt::format(", {} of {} bytes", format_count(impact.bytes), format_count(op.bytes.total));
    }
    return text + (impact.calls > 1 ? ", in the first ops only" : ", in the first op only");
  }
  text = impact.at_least ? "at least " : "";
  text +=
      share_per_op(impact.allocations, impact.first_allocations, op.allocations.total, op.count, "allocations", impact);
  if (impact.bytes != 0) {
    text +=
        fmt::format(", {}{}", about, share_per_op(impact.bytes, impact.first_bytes, op.bytes.total, op.count, "bytes"));
  }
  return text;
}

}  // namespace mallocop::report
