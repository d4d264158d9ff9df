// --forbid: a function that must not allocate, nor anything it calls.
#include <fmt/format.h>

#include "report/support/units.h"
#include "report/verdict/limit_check.h"
#include "report/verdict/stack_match.h"

namespace mallocop::report {
namespace {

// A function whose own name is the pattern although its namespace or class is missing there; "" if there is none.
std::string_view meant_function(const Profile& profile, const std::string& pattern) {
  const FunctionPattern with_scope("*::" + pattern);
  const std::vector<bool> matching = frames_matching(profile, with_scope);
  const std::vector<bool> through = stacks_through(profile, with_scope);
  for (size_t index = 0; index < profile.stacks.size(); ++index) {
    if (!through[index]) continue;
    const StackFrames frames = profile.frames_of(profile.stacks[index]);
    for (auto frame = frames.begin(); frame != frames.end(); ++frame) {
      if (matching[frame.index()]) return frame->function;
    }
  }
  return {};
}

}  // namespace

void check_forbidden(const Profile& profile, const std::string& pattern, const Suppressions& suppressions,
                     Verdict& verdict) {
  const std::vector<bool> through = stacks_through(profile, FunctionPattern(pattern));
  std::vector<size_t> guilty;
  uint64_t allocations = 0;
  uint64_t bytes = 0;
  bool seen = false;
  for (size_t i = 0; i < profile.sites.size(); ++i) {
    const Site& site = profile.sites[i];
    if (!through[site.stack]) continue;
    seen = true;
    if (suppressions.covers(i)) continue;
    guilty.push_back(i);
    allocations += site.allocations;
    bytes += site.bytes;
  }
  const std::string source = fmt::format("--forbid '{}'", pattern);
  if (!seen) {
    // Also what a mistyped name looks like, so it is said and not left to be guessed.
    const std::string_view meant = meant_function(profile, pattern);
    const std::string advice = meant.empty() ? "" : fmt::format("; '{}' does: was that meant?", meant);
    verdict.notes.push_back(fmt::format("{}: no function of that name allocates{}", source, advice));
  }
  if (const uint64_t cut = profile.measurement.allocations_with_truncated_stack; cut > 0) {
    verdict.notes.push_back(
        fmt::format("{}: {} allocations have a truncated stack, on whose missing frames nothing can be forbidden",
                    source, format_count(cut)));
  }
  const Measurement& measurement = profile.measurement;
  if (measurement.frames_symbolised < measurement.frames) {
    verdict.notes.push_back(fmt::format(
        "{}: {} of {} frames have no function name, so nothing on them can be forbidden", source,
        format_count(measurement.frames - measurement.frames_symbolised), format_count(measurement.frames)));
  }
  verdict.add({.kind = Violation::Kind::kForbidden,
               .operation = "",
               .metric = "forbidden",
               .statistic = "total",
               .limit = fmt::format("0 allocations under '{}'", pattern),
               .actual = fmt::format("{} allocations, {}", format_count(allocations), format_size(bytes)),
               .source = source,
               .sites = suppressions.by_share(profile, guilty, &Site::allocations)},
              guilty.empty());
}

}  // namespace mallocop::report
