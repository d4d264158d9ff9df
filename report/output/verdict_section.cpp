// *Verdict*: which limits were broken, by how much, who said so, and who did it.
#include <fmt/format.h>

#include <algorithm>

#include "report/output/bottlenecks.h"
#include "report/output/figures.h"
#include "report/output/place.h"
#include "report/output/sections.h"
#include "report/support/units.h"
#include "report/symbols/short_name.h"

namespace mallocop::report {
namespace {

constexpr size_t kFewCulprits = 3;     // for each violation …
constexpr size_t kManyViolations = 5;  // … and one, where there are more of them than this
constexpr size_t kFewReasons = 8;

std::string headline(const Verdict& verdict) {
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

std::string broken_limit(const Violation& one) {
  const char* relation = one.kind == Violation::Kind::kBetter ? "<" : ">";
  const std::string comparison = fmt::format("{} {} {} ({})", one.actual, relation, one.limit, one.source);
  if (one.kind == Violation::Kind::kForbidden) return comparison;  // what is counted is in the texts
  return fmt::format("{}.{} {}", one.metric, one.statistic, comparison);
}

// What a culprit contributed, in the violation's own terms.
std::string contribution(const Violation& one, const Bottleneck& culprit) {
  if (one.metric.starts_with("leaked")) {
    return fmt::format("{} leaked, {}", counted(culprit.leaked_allocations, "block", "blocks"),
                       format_size(culprit.leaked_bytes));
  }
  return fmt::format("{}, {}", counted(culprit.allocations, "allocation", "allocations"), format_size(culprit.bytes));
}

std::string because(const Site& site) {
  return site.cause == "unknown" ? "" : fmt::format("; cause: {}", site.cause);
}

// Where the change came from: "more: Parser::grow parser.cpp:40: 2 per call, was 1; cause: string growth".
void append_change(Section& section, const Profile& profile, const Violation& one, const SiteChange& change) {
  const std::string per = one.operation.empty() ? "" : " per call";
  const auto amount = [&one](Rational value) {
    return one.metric == "bytes" ? short_size(value) : short_number(value);
  };
  std::string name = short_name(change.function);
  std::string position;
  std::string cause;
  if (!change.sites.empty()) {
    const Site& site = profile.sites[change.sites[0]];
    name = place_name(profile, site);
    position = place_position(profile, site);
    cause = because(site);
  }
  std::string_view kind;
  std::string text = fmt::format("{}{}", amount(change.now), per);
  switch (change.kind) {
    case SiteChange::Kind::kNew:
      kind = "new: ";
      break;
    case SiteChange::Kind::kUnlisted:
      kind = "new, or small before: ";
      break;
    case SiteChange::Kind::kMore:
      kind = "more: ";
      text += fmt::format(", was {}", amount(change.before));
      break;
    case SiteChange::Kind::kLess:
      kind = "less: ";
      text += fmt::format(", was {}", amount(change.before));
      break;
    case SiteChange::Kind::kGone:
      kind = "gone: ";
      text = fmt::format("was {}{}", amount(change.before), per);
      break;
  }
  section.item(1, "",
               {{std::string(kind)},
                {name, Tone::kStrong},
                {position.empty() ? "" : " " + position},
                {": " + text + cause}});
}

void append_more(Section& section, size_t left) {
  if (left > 0) section.item(1, "", {{fmt::format("and {} more", format_count(left)), Tone::kDim}});
}

void append_violation(Section& section, const Profile& profile, const Violation& one, size_t most_culprits) {
  const Tone tone = one.kind == Violation::Kind::kBetter ? Tone::kGood : Tone::kBad;
  const std::string who = one.operation.empty() ? "whole process" : one.operation;
  section.item(0, "", {{who + ": ", tone}, {broken_limit(one), tone}});
  if (!one.changes.empty()) {
    const size_t shown = std::min(most_culprits, one.changes.size());
    for (size_t i = 0; i < shown; ++i) append_change(section, profile, one, one.changes[i]);
    append_more(section, one.changes.size() - shown);
    return;
  }
  const std::vector<Bottleneck> culprits = group_sites(profile, one.sites);
  const size_t shown = std::min(most_culprits, culprits.size());
  for (size_t i = 0; i < shown; ++i) {
    const Site& site = profile.sites[culprits[i].sites[0]];
    const std::string position = place_position(profile, site);
    section.item(1, "",
                 {{place_name(profile, site), Tone::kStrong},
                  {position.empty() ? "" : " " + position},
                  {": " + contribution(one, culprits[i]) + because(site)}});
  }
  append_more(section, culprits.size() - shown);
}

void append_patch(Section& section, const std::string& patch) {
  if (patch.empty()) return;
  section.line("the patch to commit (patch -p1, or git apply):");
  Verbatim lines{"diff", {}};
  for (size_t begin = 0; begin < patch.size();) {
    const size_t end = std::min(patch.find('\n', begin), patch.size());
    lines.lines.push_back(patch.substr(begin, end - begin));
    begin = end + 1;
  }
  section.blocks.emplace_back(std::move(lines));
}

void append_reasons(Section& section, const std::vector<std::string>& reasons) {
  for (size_t i = 0; i < reasons.size() && i < kFewReasons; ++i) {
    section.item(1, "", {{reasons[i], Tone::kBad}});
  }
  if (reasons.size() > kFewReasons) {
    section.item(1, "", {{fmt::format("and {} more", reasons.size() - kFewReasons), Tone::kDim}});
  }
}

}  // namespace

Section verdict_section(const Profile& profile, const std::optional<Verdict>& verdict) {
  Section section{"Verdict", {}};
  const bool valid = profile.measurement.valid;
  if (!verdict) {
    if (!valid) {
      section.line("INVALID: the measurement is not whole", Tone::kBad);
      append_reasons(section, profile.measurement.reasons);
    }
    return section;
  }
  const bool good = verdict->status == ExitStatus::kOk || verdict->status == ExitStatus::kBetterThanBaseline;
  section.line(headline(*verdict), good ? Tone::kGood : Tone::kBad);
  append_reasons(section, verdict->invalid);
  const size_t most_culprits = verdict->violations.size() > kManyViolations ? 1 : kFewCulprits;
  for (const Violation& one : verdict->violations) append_violation(section, profile, one, most_culprits);
  for (const std::string& text : verdict->notes) section.line("note: " + text);
  for (const std::string& text : verdict->suppressed) section.line("allowed: " + text, Tone::kDim);
  append_patch(section, verdict->patch);
  return section;
}

}  // namespace mallocop::report
