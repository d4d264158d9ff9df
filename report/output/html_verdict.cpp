// The verdict of an HTML page: what was compared, what was broken, and by whom.
#include <fmt/format.h>

#include <algorithm>

#include "report/output/html_parts.h"
#include "report/output/verdict_text.h"

namespace mallocop::report {
namespace {

constexpr size_t kMostCulprits = 20;  // of one violation
constexpr size_t kMostTexts = 200;    // of one list

Json texts(const std::vector<std::string>& list) {
  Json json = Json::array();
  for (size_t i = 0; i < list.size() && i < kMostTexts; ++i) json.push_back(page_text(list[i]));
  if (list.size() > kMostTexts) json.push_back(fmt::format("and {} more", list.size() - kMostTexts));
  return json;
}

std::string_view state_of(const Verdict& verdict) {
  switch (verdict.status) {
    case ExitStatus::kOk:
      return "pass";
    case ExitStatus::kBetterThanBaseline:
      return "better";
    case ExitStatus::kInvalid:
      return "invalid";
    default:
      return "fail";
  }
}

Json violation(const Profile& profile, const Violation& one, const PageSites& sites) {
  const std::vector<Culprit> culprits = culprits_of(profile, one);
  Json list = Json::array();
  for (size_t i = 0; i < std::min(culprits.size(), kMostCulprits); ++i) {
    const Culprit& culprit = culprits[i];
    list.push_back({{"change", culprit.change},
                    {"name", page_text(culprit.name)},
                    {"position", page_text(culprit.position)},
                    {"impact", page_text(culprit.impact)},
                    {"cause", page_text(culprit.cause)},
                    {"sites", rows_of(culprit.sites, sites)}});
  }
  return {{"operation", page_text(operation_text(one.operation))},
          {"text", page_text(violation_text(one))},
          {"better", one.kind == Violation::Kind::kBetter},
          {"culprits", std::move(list)},
          {"more", culprits.size() - std::min(culprits.size(), kMostCulprits)}};
}

Json compared(const Verdict& verdict) {
  Json list = Json::array();
  for (const Compared& one : verdict.compared) {
    const bool better = one.violation && verdict.violations[*one.violation].kind == Violation::Kind::kBetter;
    list.push_back({page_text(operation_text(one.operation)),
                    one.metric == "forbidden" ? one.metric : one.metric + "." + one.statistic, page_text(one.actual),
                    page_text(one.limit), page_text(one.source),
                    !one.violation ? "kept"
                    : better       ? "better"
                                   : "broken"});
  }
  return list;
}

Json patch_lines(const std::string& patch) {
  Json lines = Json::array();
  for (size_t begin = 0; begin < patch.size();) {
    const size_t end = std::min(patch.find('\n', begin), patch.size());
    lines.push_back(page_text(patch.substr(begin, end - begin)));
    begin = end + 1;
  }
  return lines;
}

}  // namespace

Json page_verdict(const ReportInput& input, const PageSites& sites) {
  if (!input.verdict) {
    if (input.profile.measurement.valid) return nullptr;
    return {{"state", "invalid"},
            {"headline", "INVALID: the measurement is not whole"},
            {"reasons", texts(input.profile.measurement.reasons)}};
  }
  const Verdict& verdict = *input.verdict;
  Json violations = Json::array();
  for (const Violation& one : verdict.violations) violations.push_back(violation(input.profile, one, sites));
  return {{"state", state_of(verdict)},
          {"headline", page_text(verdict_headline(verdict))},
          {"reasons", texts(verdict.invalid)},
          {"violations", std::move(violations)},
          {"compared", compared(verdict)},
          {"notes", texts(verdict.notes)},
          {"suppressed", texts(verdict.suppressed)},
          {"patch", patch_lines(verdict.patch)}};
}

Json page_after(const After& after) {
  Json rows = Json::array();
  for (const AfterRow& row : after.rows) {
    const char* const change = row.change == AfterRow::Change::kSame     ? "same"
                               : row.change == AfterRow::Change::kBetter ? "better"
                                                                         : "worse";
    rows.push_back({page_text(operation_text(row.operation)), page_text(row.metric), page_text(row.before),
                    page_text(row.now), change});
  }
  return {{"baseline", page_text(after.baseline)}, {"rows", std::move(rows)}};
}

Json page_section(const Section& section) {
  Json lines = Json::array();
  for (const Block& block : section.blocks) {
    const Item* const item = std::get_if<Item>(&block);
    if (!item) continue;
    std::string text;
    for (const Span& span : item->spans) text += span.text;
    lines.push_back(page_text(text));
  }
  return lines;
}

}  // namespace mallocop::report
