// The JSON report's `verdict` and `after`.
#include <string_view>

#include "report/output/json_parts.h"

namespace mallocop::report {
namespace {

std::string_view name_of(Violation::Kind kind) {
  switch (kind) {
    case Violation::Kind::kBudget:
      return "budget";
    case Violation::Kind::kForbidden:
      return "forbidden";
    case Violation::Kind::kBaseline:
      return "baseline";
    case Violation::Kind::kBetter:
      return "better";
  }
  return "";
}

std::string_view name_of(SiteChange::Kind kind) {
  switch (kind) {
    case SiteChange::Kind::kNew:
      return "new";
    case SiteChange::Kind::kUnlisted:
      return "new-or-small-before";
    case SiteChange::Kind::kMore:
      return "more";
    case SiteChange::Kind::kLess:
      return "less";
    case SiteChange::Kind::kGone:
      return "gone";
  }
  return "";
}

Json changes(const std::vector<SiteChange>& changes) {
  Json list = Json::array();
  for (const SiteChange& change : changes) {
    list.push_back({{"change", name_of(change.kind)},
                    {"function", change.function},
                    {"before", json_quotient(change.before)},
                    {"now", json_quotient(change.now)},
                    {"sites", change.sites}});
  }
  return list;
}

std::string_view name_of(AfterRow::Change change) {
  switch (change) {
    case AfterRow::Change::kSame:
      return "same";
    case AfterRow::Change::kBetter:
      return "better";
    case AfterRow::Change::kWorse:
      return "worse";
  }
  return "";
}

}  // namespace

Json json_verdict(const Verdict& verdict) {
  Json violations = Json::array();
  for (const Violation& one : verdict.violations) {
    violations.push_back({{"op", one.operation.empty() ? Json() : Json(one.operation)},
                          {"kind", name_of(one.kind)},
                          {"metric", one.metric},
                          {"statistic", one.statistic},
                          {"limit", one.limit},
                          {"actual", one.actual},
                          {"source", one.source},
                          {"sites", one.sites},
                          {"changes", changes(one.changes)}});
  }
  Json compared = Json::array();
  for (const Compared& one : verdict.compared) {
    compared.push_back({{"op", one.operation.empty() ? Json() : Json(one.operation)},
                        {"metric", one.metric},
                        {"statistic", one.statistic},
                        {"limit", one.limit},
                        {"actual", one.actual},
                        {"source", one.source},
                        {"held", !one.violation}});
  }
  return {
      {"status", static_cast<int>(verdict.status)},
      {"checks", verdict.compared.size()},
      {"violations", std::move(violations)},
      {"invalid", verdict.invalid},
      {"suppressed", verdict.suppressed},
      {"notes", verdict.notes},
      {"compared", std::move(compared)},
      {"patch", verdict.patch.empty() ? Json() : Json(verdict.patch)},
  };
}

Json json_after(const After& after) {
  Json rows = Json::array();
  for (const AfterRow& row : after.rows) {
    rows.push_back({{"op", row.operation.empty() ? Json() : Json(row.operation)},
                    {"metric", row.metric},
                    {"before", row.before},
                    {"now", row.now},
                    {"change", name_of(row.change)}});
  }
  return {{"baseline", after.baseline}, {"rows", std::move(rows)}};
}

}  // namespace mallocop::report
