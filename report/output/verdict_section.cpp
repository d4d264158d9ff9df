// *Verdict*: which limits were broken, by how much, who said so, and who did it.
#include <fmt/format.h>

#include <algorithm>

#include "report/output/sections.h"
#include "report/output/verdict_text.h"
#include "report/support/units.h"

namespace mallocop::report {
namespace {

constexpr size_t kFewCulprits = 3;     // for each violation …
constexpr size_t kManyViolations = 5;  // … and one, where there are more of them than this
constexpr size_t kFewReasons = 8;

void append_more(Section& section, size_t left) {
  if (left > 0) section.item(1, "", {{fmt::format("and {} more", format_count(left)), Tone::kDim}});
}

void append_violation(Section& section, const Profile& profile, const Violation& one, size_t most_culprits) {
  const Tone tone = one.kind == Violation::Kind::kBetter ? Tone::kGood : Tone::kBad;
  section.item(0, "", {{operation_text(one.operation) + ": ", tone}, {violation_text(one), tone}});
  const std::vector<Culprit> culprits = culprits_of(profile, one);
  const size_t shown = std::min(most_culprits, culprits.size());
  for (size_t i = 0; i < shown; ++i) {
    const Culprit& culprit = culprits[i];
    section.item(1, "",
                 {{culprit.change},
                  {culprit.name, Tone::kStrong},
                  {culprit.position.empty() ? "" : " " + culprit.position},
                  {": " + culprit.impact + (culprit.cause.empty() ? "" : "; cause: " + culprit.cause)}});
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
  section.line(verdict_headline(*verdict), good ? Tone::kGood : Tone::kBad);
  append_reasons(section, verdict->invalid);
  const size_t most_culprits = verdict->violations.size() > kManyViolations ? 1 : kFewCulprits;
  for (const Violation& one : verdict->violations) append_violation(section, profile, one, most_culprits);
  for (const std::string& text : verdict->notes) section.line("note: " + text);
  for (const std::string& text : verdict->suppressed) section.line("allowed: " + text, Tone::kDim);
  append_patch(section, verdict->patch);
  return section;
}

}  // namespace mallocop::report
