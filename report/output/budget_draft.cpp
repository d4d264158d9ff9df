// See budget_draft.h.
#include "report/output/budget_draft.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <string_view>

#include "report/output/bottlenecks.h"
#include "report/output/escape.h"
#include "report/output/figures.h"
#include "report/output/place.h"
#include "report/support/units.h"

namespace mallocop::report {
namespace {

constexpr size_t kFewSites = 3;
constexpr uint64_t kDecimals = 1000;  // three, of a mean
constexpr size_t kCommentColumn = 32;

// num * factor / den, rounded up.
uint64_t scaled_up(Rational value, uint64_t factor) {
  __extension__ typedef unsigned __int128 Wide;
  return static_cast<uint64_t>((static_cast<Wide>(value.num) * factor + value.den - 1) / value.den);
}

// "3", or "12.797" for what is a little less.
std::string count_text(Rational value) {
  if (value.num % value.den == 0) return std::to_string(value.num / value.den);
  const uint64_t scaled = scaled_up(value, kDecimals);
  return fmt::format("{}.{:03}", scaled / kDecimals, scaled % kDecimals);
}

// "\"2 KiB\"", or "2049".
std::string size_text(Rational value) {
  constexpr uint64_t kKibi = 1024;
  const uint64_t bytes = scaled_up(value, 1);
  if (bytes >= kKibi && bytes % kKibi == 0) return fmt::format("\"{} KiB\"", bytes / kKibi);
  return std::to_string(bytes);
}

// Whether what escape_controls would change is in it: then a key could not name it.
bool is_plain(const std::string& name) { return escape_controls(name) == name; }

std::string quoted(const std::string& name) {
  std::string text = "\"";
  for (const char letter : name) {
    if (letter == '"' || letter == '\\') text += '\\';
    text += letter;
  }
  return text + '"';
}

std::string line(const std::string& setting, const std::string& comment) {
  return fmt::format("{:<{}}  # {}\n", setting, kCommentColumn, comment);
}

std::string first_calls_only(const Profile& profile, const Operation& operation) {
  uint64_t allocations = 0;
  for (const size_t site : operation.sites) {
    if (profile.sites[site].pattern == Pattern::kFirstOpOnly) allocations += profile.sites[site].measured_allocations();
  }
  if (allocations == 0 || operation.warmup > 0) return "";
  return line("# warmup = 1", fmt::format("leaves out what the first call alone allocates: {}",
                                          counted(allocations, "allocation", "allocations")));
}

std::string sites(const Profile& profile, const Operation& operation) {
  std::string text;
  const std::vector<Bottleneck> groups = group_sites(profile, operation.sites);
  for (size_t i = 0; i < groups.size() && i < kFewSites; ++i) {
    const Site& site = profile.sites[groups[i].sites[0]];
    const std::string position = place_position(profile, site);
    text +=
        fmt::format("#   {}{}{}: {}\n", escape_controls(place_name(profile, site)), position.empty() ? "" : " ",
                    escape_controls(position), counted(groups[i].measured_allocations, "allocation", "allocations"));
  }
  if (groups.size() > kFewSites) text += fmt::format("#   and {} more places\n", groups.size() - kFewSites);
  return text;
}

std::string section(const Profile& profile, const Operation& operation) {
  std::string text = "\n";
  if (!is_plain(operation.name)) {
    return text + fmt::format("# left out: '{}', whose name holds what a budget file cannot\n",
                              escape_controls(operation.name));
  }
  text += line(fmt::format("[op.{}]", quoted(operation.name)), counted(operation.count, "call", "calls"));
  text += sites(profile, operation);
  if (operation.warmup > 0) text += fmt::format("warmup = {}\n", operation.warmup);
  if (operation.whole_process) text += "scope = \"process\"\n";
  const Distribution& allocations = operation.allocations;
  text += line("allocs = " + count_text(allocations.mean), "mean per call");
  text += line("bytes = " + size_text(operation.bytes.mean), "requested, mean per call");
  if (allocations.max != allocations.mean) {
    text += line(fmt::format("# allocs = {{ mean = {}, p99 = {}, max = {} }}", count_text(allocations.mean),
                             count_text(allocations.p99), count_text(allocations.max)),
                 "in place of the line above");
  }
  text += first_calls_only(profile, operation);
  if (operation.peak.max.num > 0) {
    text += line(fmt::format("# peak = {{ max = {} }}", size_text(operation.peak.max)),
                 "most bytes of one call live at once");
  }
  if (operation.latency) {
    text += line(fmt::format("# latency = {{ p99 = \"{}\" }}", format_time(operation.latency->p99_ns)),
                 "of this machine: leave room");
  }
  return text;
}

std::string process_section(const Profile& profile) {
  const Totals& totals = profile.totals;
  std::string text = "\n" + line("[total]", "the whole process");
  const bool limited = profile.operations.empty();  // else it is what the operations leave over: a harness, mostly
  const std::string_view off = limited ? "" : "# ";
  text += line(fmt::format("{}allocs = {}", off, totals.allocations), "with several threads it may vary");
  text += fmt::format("{}bytes = {}\n", off, size_text({totals.bytes, 1}));
  text += fmt::format("{}leaked_bytes = {}\n", off, size_text({totals.leaked_bytes, 1}));
  text += fmt::format("# peak_bytes = {}\n", size_text({totals.peak_bytes, 1}));
  return text;
}

}  // namespace

std::string draft_budget(const Profile& profile) {
  const std::string command = escape_controls(fmt::format("{}", fmt::join(profile.command, " ")));
  std::string text = fmt::format(
      "# Written by `mallocop init` from a run of: {}\n"
      "# Each number is what that run did, so the same run keeps every limit. Lower one where the code can do better:\n"
      "# the check fails until it does. Everything that can stand here: docs/budgets.md, or man mallocop.toml.\n",
      command);
  for (const Operation& operation : profile.operations) {
    if (operation.count > 0) text += section(profile, operation);
  }
  return text + process_section(profile);
}

}  // namespace mallocop::report
