// The report for programs: schema "mallocop.report/1", specified in docs/report-schema.md. Names stay whole here;
// bytes that are not UTF-8 are replaced (U+FFFD), and all that is not printable ASCII is written as \uXXXX, so that a
// document is harmless on a terminal too.
#include <nlohmann/json.hpp>

#include "report/output/json_parts.h"
#include "report/output/outputs.h"
#include "report/support/version.h"

namespace mallocop::report {
namespace {

Json measurement(const Measurement& ledger) {
  return {
      {"valid", ledger.valid},
      {"reasons", ledger.reasons},
      {"notes", ledger.notes},
      {"finished", ledger.finished},
      {"events", ledger.events},
      {"events_lost", ledger.events_lost},
      {"events_recovered", ledger.events_recovered},
      {"stacks_truncated", ledger.allocations_with_truncated_stack},
      {"ambiguous_frees", ledger.ambiguous_frees},
      {"frames", ledger.frames},
      {"frames_symbolised", ledger.frames_symbolised},
      {"symbolised_share",
       ledger.frames == 0 ? Json() : Json(Rational{ledger.frames_symbolised, ledger.frames}.to_double())},
      {"threads", ledger.threads},
      {"processes", ledger.processes},
  };
}

Json totals(const Totals& totals) {
  return {
      {"allocations", totals.allocations},
      {"bytes", totals.bytes},
      {"frees", totals.frees},
      {"frees_of_unknown_blocks", totals.live_allocations_unknown},
      {"temporary", totals.temporary},
      {"leaked_allocations", totals.leaked_allocations},
      {"leaked_bytes", totals.leaked_bytes},
      {"peak_bytes", totals.peak_bytes},
  };
}

Json plan(const std::vector<PlanItem>& plan) {
  Json items = Json::array();
  for (const PlanItem& item : plan) {
    items.push_back({{"priority", item.priority},
                     {"change", item.change},
                     {"expected_impact", item.expected_impact},
                     {"sites", item.sites}});
  }
  return items;
}

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

Json verdict(const Verdict& verdict) {
  Json violations = Json::array();
  for (const Violation& one : verdict.violations) {
    violations.push_back({{"op", one.operation.empty() ? Json() : Json(one.operation)},
                          {"kind", name_of(one.kind)},
                          {"metric", one.metric},
                          {"statistic", one.statistic},
                          {"limit", one.limit},
                          {"actual", one.actual},
                          {"source", one.source},
                          {"sites", one.sites}});
  }
  return {
      {"status", static_cast<int>(verdict.status)}, {"checks", verdict.checks},
      {"violations", std::move(violations)},        {"invalid", verdict.invalid},
      {"suppressed", verdict.suppressed},           {"notes", verdict.notes},
  };
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

Json after(const After& after) {
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

}  // namespace

std::string write_json(const ReportInput& input, const OutputOptions& options) {
  const Profile& profile = input.profile;
  Json fingerprint = Json::object();
  for (const auto& [name, value] : profile.fingerprint) fingerprint[name] = value;
  Json operations = Json::array();
  for (const Operation& operation : profile.operations) operations.push_back(json_operation(operation));
  Json sites = Json::array();
  for (const Site& site : profile.sites) sites.push_back(json_site(profile, site));
  const Json document = {
      {"schema", "mallocop.report/1"},
      {"tool_version", tool_version()},
      {"trace", profile.trace_path},
      {"command", profile.command},
      {"fingerprint", std::move(fingerprint)},
      {"duration_s", profile.duration_s},
      {"measurement", measurement(profile.measurement)},
      {"totals", totals(profile.totals)},
      {"operations", std::move(operations)},
      {"sites", std::move(sites)},
      {"plan", plan(input.plan)},
      {"after", input.after ? after(*input.after) : Json()},
      {"verdict", input.verdict ? verdict(*input.verdict) : Json()},
  };
  return document.dump(options.compact ? -1 : 2, ' ', true, Json::error_handler_t::replace) + '\n';
}

}  // namespace mallocop::report
