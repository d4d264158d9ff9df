// The report for programs: schema "mallocop.report/1", specified in docs/report-schema.md. Names stay whole here;
// bytes that are not UTF-8 are replaced (U+FFFD), and all that is not printable ASCII is written as \uXXXX, so that a
// document is harmless on a terminal too.
#include <algorithm>
#include <cstdint>
#include <cstring>
#include <nlohmann/json.hpp>
#include <string_view>

#include "report/output/expected_impact.h"
#include "report/output/json_parts.h"
#include "report/output/outputs.h"
#include "report/support/version.h"

namespace mallocop::report {
namespace {

constexpr size_t kFramesPastIt = 16;  // of a stack, where the text of sites has reached its bound

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

// Names of the points' figures stand once, at their head: there are some hundred points.
Json memory(const Profile& profile) {
  const MemoryTimeline& memory = profile.memory;
  Json points = Json::array();
  for (const MemoryPoint& point : memory.points) {
    points.push_back({point.time_s, point.allocated_bytes, point.live_blocks, point.live_bytes, point.most_bytes});
  }
  return {
      {"peak_bytes", profile.totals.peak_bytes},
      {"peak_at_least", memory.peak_at_least},
      {"peak_at_most", memory.peak_at_most},
      {"peak_blocks", memory.peak_blocks},
      {"peak_short_lived_bytes", memory.peak_short_lived_bytes},
      {"peak_time_s", memory.peak_time_s},
      {"columns", {"time_s", "allocated_bytes", "live_blocks", "live_bytes", "most_bytes"}},
      {"points", std::move(points)},
  };
}

Json plan(const Profile& profile, const std::vector<PlanItem>& plan) {
  Json items = Json::array();
  for (const PlanItem& item : plan) {
    Json gains = Json::array();
    for (const PlanGain& gain : item.gains) {
      gains.push_back({{"operation", profile.operations[gain.operation].name},
                       {"allocations", gain.allocations},
                       {"bytes", gain.bytes},
                       {"bytes_are_estimated", gain.bytes_are_estimated}});
    }
    items.push_back({{"priority", item.priority},
                     {"change", item.change},
                     {"expected_impact", expected_impact(item, item.expected_impact.size())},
                     {"expected", std::move(gains)},
                     {"sites", item.sites}});
  }
  return items;
}

std::string text_of(const Json& json, bool compact) {
  return json.dump(compact ? -1 : 2, ' ', true, Json::error_handler_t::replace);
}

// `text`, which stands in a document at `indent`.
void append_indented(std::string& out, std::string_view text, size_t indent) {
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = std::min(text.find('\n', begin), text.size() - 1) + 1;
    out.append(indent, ' ').append(text.substr(begin, end - begin));
    begin = end;
  }
}

// Sites have nearly all of a document's text. Each is written by itself, so that memory holds the text and not also a
// tree many times its size; and stacks, which share frames, are written out to a bound: a small trace can name stacks
// that no memory holds.
std::string with_sites(const std::string& document, const Profile& profile, const OutputOptions& options) {
  const bool compact = options.compact;
  const std::string_view key = compact ? "\"sites\":" : "\n  \"sites\": ";
  const size_t place = document.find(std::string(key) + "null") + key.size();
  std::string out = document.substr(0, place) + '[';
  const size_t most = out.size() + options.most_stack_text;
  const char* separator = "";
  for (const Site& site : profile.sites) {
    const size_t frames = out.size() < most ? SIZE_MAX : kFramesPastIt;
    const std::string text = text_of(json_site(profile, site, frames), compact);
    out.append(separator).append(compact ? "" : "\n");
    append_indented(out, text, compact ? 0 : 4);
    separator = ",";
  }
  out += compact || profile.sites.empty() ? "]" : "\n  ]";
  return out + document.substr(place + std::strlen("null"));
}

}  // namespace

std::string write_json(const ReportInput& input, const OutputOptions& options) {
  const Profile& profile = input.profile;
  Json fingerprint = Json::object();
  for (const auto& [name, value] : profile.fingerprint) fingerprint[name] = value;
  Json operations = Json::array();
  for (const Operation& operation : profile.operations) operations.push_back(json_operation(operation));
  const Json document = {
      {"schema", "mallocop.report/1"},
      {"tool_version", tool_version()},
      {"trace", profile.trace_path},
      {"command", profile.command},
      {"fingerprint", std::move(fingerprint)},
      {"duration_s", profile.duration_s},
      {"measurement", measurement(profile.measurement)},
      {"totals", totals(profile.totals)},
      {"memory", memory(profile)},
      {"operations", std::move(operations)},
      {"sites", nullptr},  // see with_sites
      {"ranked_by", name_of(profile.ranking).name},
      {"plan", plan(input.profile, input.plan)},
      {"after", input.after ? json_after(*input.after) : Json()},
      {"verdict", input.verdict ? json_verdict(*input.verdict) : Json()},
  };
  return with_sites(text_of(document, options.compact), profile, options) + '\n';
}

}  // namespace mallocop::report
