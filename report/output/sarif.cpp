// SARIF 2.1.0, which code hosts show beside the lines of a change: a run for each trace, a result for each broken
// limit.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "report/output/escape.h"
#include "report/output/outputs.h"
#include "report/output/place.h"
#include "report/output/source_place.h"
#include "report/output/verdict_text.h"
#include "report/support/version.h"
#include "report/symbols/short_name.h"

namespace mallocop::report {
namespace {

using Json = nlohmann::ordered_json;

constexpr size_t kMostCulprits = 20;
constexpr size_t kMostFrames = 64;
constexpr const char* kRoot = "SRCROOT";

struct Rule {
  Violation::Kind kind;
  const char* id;
  const char* name;
  const char* text;
};
constexpr std::array<Rule, 4> kRules = {{
    {Violation::Kind::kBudget, "over-budget", "OverBudget", "An operation allocates more than its budget allows."},
    {Violation::Kind::kForbidden, "forbidden-allocation", "ForbiddenAllocation",
     "A function that must not allocate does, or something below it."},
    {Violation::Kind::kBaseline, "worse-than-baseline", "WorseThanBaseline",
     "An operation allocates more than in the baseline."},
    {Violation::Kind::kBetter, "better-than-baseline", "BetterThanBaseline",
     "An operation allocates less than in the baseline, which should be updated so that the gain is kept."},
}};

size_t rule_of(Violation::Kind kind) {
  size_t index = 0;
  while (kRules[index].kind != kind) ++index;
  return index;
}

// A path as an address.
std::string address_of(std::string_view path) {
  return percent_encoded(path, [](char byte) {
    constexpr std::string_view kPlain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/";
    return kPlain.find(byte) == std::string_view::npos;
  });
}

Json location(const SourcePlace& place) {
  return {{"physicalLocation",
           {{"artifactLocation", {{"uri", address_of(place.file)}, {"uriBaseId", kRoot}}},
            {"region", {{"startLine", place.line}}}}}};
}

Json stack(const Profile& profile, const Site& site, const SourceRoot& root) {
  Json frames = Json::array();
  for (const Frame& frame : profile.frames_of(site)) {
    if (frames.size() == kMostFrames) break;
    Json place = Json::object();
    const std::optional<std::string> file = root.relative(frame.file);
    if (file && frame.line > 0) place = location({*file, frame.line});
    place["logicalLocations"] = Json::array({{{"fullyQualifiedName", frame.function.empty() ? "?" : frame.function}}});
    frames.push_back({{"location", std::move(place)}, {"module", frame.module.str()}});
  }
  return {{"message", {{"text", "allocated by"}}}, {"frames", std::move(frames)}};
}

Json result(const Profile& profile, const Violation& one, const SourceRoot& root) {
  const std::vector<Culprit> culprits = culprits_of(profile, one);
  std::string text = operation_text(one.operation) + ": " + violation_text(one);
  Json related = Json::array();
  Json stacks = Json::array();
  std::optional<SourcePlace> place;
  std::string first;
  for (size_t i = 0; i < culprits.size() && i < kMostCulprits; ++i) {
    text += "\n" + culprit_text(culprits[i]);
    if (culprits[i].sites.empty()) continue;
    const Site& site = profile.sites[culprits[i].sites[0]];
    // Two ways through one function may differ in nothing that is written here, and the list must not repeat itself.
    Json its_stack = stack(profile, site, root);
    if (std::find(stacks.begin(), stacks.end(), its_stack) == stacks.end()) stacks.push_back(std::move(its_stack));
    const std::optional<SourcePlace> its = source_place(profile, site, root);
    if (!its) continue;
    if (!place) {
      place = its;
      first = culprits[i].name;
      continue;
    }
    Json entry = location(*its);
    entry["id"] = related.size() + 1;
    entry["message"] = {{"text", culprit_text(culprits[i])}};
    related.push_back(std::move(entry));
  }
  if (!place) place = limit_place(one.source, root);
  const size_t rule = rule_of(one.kind);
  Json json = {{"ruleId", kRules[rule].id},
               {"ruleIndex", rule},
               {"level", one.kind == Violation::Kind::kBetter ? "note" : "error"},
               {"message", {{"text", text}}}};
  Json here = place ? location(*place) : Json::object();
  here["logicalLocations"] =
      Json::array({{{"fullyQualifiedName", operation_text(one.operation)}, {"kind", "operation"}}});
  json["locations"] = Json::array({std::move(here)});
  if (!related.empty()) json["relatedLocations"] = std::move(related);
  if (!stacks.empty()) json["stacks"] = std::move(stacks);
  // What makes two runs' results the same one: not the line, which moves, nor the numbers.
  json["partialFingerprints"] = {
      {"mallocop/v1", fmt::format("{}|{}|{}|{}", one.operation, one.metric, one.statistic, first)}};
  json["properties"] = {{"limit", one.limit}, {"actual", one.actual}, {"source", one.source}};
  return json;
}

Json rules() {
  Json list = Json::array();
  for (const Rule& rule : kRules) {
    list.push_back({{"id", rule.id},
                    {"name", rule.name},
                    {"shortDescription", {{"text", rule.text}}},
                    {"defaultConfiguration", {{"level", rule.kind == Violation::Kind::kBetter ? "note" : "error"}}}});
  }
  return list;
}

Json notifications(const std::vector<std::string>& texts, const char* level) {
  Json list = Json::array();
  for (const std::string& text : texts) list.push_back({{"level", level}, {"message", {{"text", text}}}});
  return list;
}

}  // namespace

std::string write_sarif(const ReportInput& input, const OutputOptions& options) {
  const SourceRoot root(options.source_root);
  const Profile& profile = input.profile;
  static const Verdict kNone;
  const Verdict& verdict = input.verdict ? *input.verdict : kNone;
  const std::vector<std::string>& reasons = invalid_reasons(input);
  Json results = Json::array();
  for (const Violation& one : verdict.violations) results.push_back(result(profile, one, root));
  Json told = notifications(reasons, "error");
  for (Json& note : notifications(verdict.notes, "note")) told.push_back(std::move(note));
  for (Json& note : notifications(verdict.suppressed, "note")) told.push_back(std::move(note));
  const Json run = {
      {"tool",
       {{"driver",
         {{"name", "mallocop"},
          {"version", tool_version()},
          {"semanticVersion", tool_version()},
          {"rules", rules()}}}}},
      {"invocations", Json::array({{{"executionSuccessful", reasons.empty()},
                                    {"arguments", profile.command},
                                    {"toolExecutionNotifications", std::move(told)}}})},
      {"originalUriBaseIds", {{kRoot, {{"description", {{"text", "the folder of the sources (--source-root)"}}}}}}},
      {"columnKind", "unicodeCodePoints"},
      {"results", std::move(results)},
  };
  return run.dump(2, ' ', true, Json::error_handler_t::replace);
}

std::string join_sarif(std::span<const std::string> runs) {
  std::string text =
      "{\n\"$schema\": \"https://json.schemastore.org/sarif-2.1.0.json\",\n\"version\": \"2.1.0\",\n\"runs\": [";
  for (size_t i = 0; i < runs.size(); ++i) text += (i == 0 ? "\n" : ",\n") + runs[i];
  return text + "\n]\n}\n";
}

}  // namespace mallocop::report
