// See json_parts.h. Unknown texts and lines are null, so that "" and 0 never have to be told from a name.
#include "report/output/json_parts.h"

#include <string_view>

namespace mallocop::report {
namespace {

// A distribution: its quantiles are integers unless calls were marked in batches. Then they are the nearest doubles,
// and `exact` has the quotients.
Json json_distribution(const Distribution& distribution) {
  Json per_op = {{"mean", json_number(distribution.mean)}};
  Json exact = Json::object();
  const std::pair<const char*, Rational> quantiles[] = {
      {"min", distribution.min}, {"p50", distribution.p50}, {"p99", distribution.p99}, {"max", distribution.max}};
  for (const auto& [name, value] : quantiles) {
    if (value.num % value.den == 0) {
      per_op[name] = value.num / value.den;
    } else {
      per_op[name] = value.to_double();
      exact[name] = json_quotient(value);
    }
  }
  per_op["share"] = json_number(distribution.share);
  if (!exact.empty()) per_op["exact"] = std::move(exact);
  return {{"total", distribution.total}, {"per_op", std::move(per_op)}};
}

Json json_latency(const Latency& latency) {
  return {{"mean", latency.mean_ns},
          {"min", latency.min_ns},
          {"p50", latency.p50_ns},
          {"p99", latency.p99_ns},
          {"max", latency.max_ns}};
}

Json json_harness_time(const HarnessTime& time) { return {{"real", time.real_ns}, {"cpu", time.cpu_ns}}; }

Json json_position(const Frame& frame) {
  return {{"function", json_or_null(frame.function)},
          {"file", json_or_null(frame.file)},
          {"line", frame.line == 0 ? Json() : Json(frame.line)}};
}

Json json_frame(const Frame& frame) {
  Json json = json_position(frame);
  json["module"] = json_or_null(frame.module);
  json["offset"] = frame.offset;
  json["inlined"] = frame.inlined;
  return json;
}

}  // namespace

std::string_view pattern_name(Pattern pattern) {
  switch (pattern) {
    case Pattern::kEveryOp:
      return "every-op";
    case Pattern::kFirstOpOnly:
      return "first-op-only";
    case Pattern::kAmortisedGrowth:
      return "amortised-growth";
    case Pattern::kSomeOps:
      return "some-ops";
    case Pattern::kOutsideOps:
      return "outside-ops";
  }
  return "";
}

Json json_quotient(Rational value) { return {{"num", value.num}, {"den", value.den}}; }

Json json_number(Rational value) {
  Json json = json_quotient(value);
  json["value"] = value.to_double();
  return json;
}

Json json_or_null(std::string_view text) { return text.empty() ? Json() : Json(text); }

Json json_operation(const Operation& operation) {
  return {
      {"name", operation.name},
      {"source", operation.source},
      {"scope", operation.whole_process ? "process" : "thread"},
      {"count", operation.count},
      {"warmup", operation.warmup},
      {"allocations", json_distribution(operation.allocations)},
      {"bytes", json_distribution(operation.bytes)},
      {"frees", json_distribution(operation.frees)},
      {"temporary", json_distribution(operation.temporary)},
      {"peak", json_distribution(operation.peak)},
      {"net", json_distribution(operation.net)},
      {"latency_ns", operation.latency ? json_latency(*operation.latency) : Json()},
      {"throughput_per_s", operation.latency ? Json(operation.latency->throughput_per_s) : Json()},
      {"harness_time_ns", operation.harness_time ? json_harness_time(*operation.harness_time) : Json()},
      {"sites", operation.sites},
  };
}

Json json_site(const Profile& profile, const Site& site, size_t most_frames) {
  const StackFrames frames = profile.frames_of(site);
  Json stack = Json::array();
  const auto end = frames.end();
  auto frame = frames.begin();
  for (size_t count = 0; frame != end && count < most_frames; ++frame, ++count) stack.push_back(json_frame(*frame));
  const bool truncated = site.stack < profile.stacks.size() && profile.stacks[site.stack].truncated;
  const Frame* const location = site.location ? frames.at(*site.location) : nullptr;
  return {
      {"allocations", site.allocations},
      {"bytes", site.bytes},
      {"temporary", site.temporary},
      {"reallocations", site.reallocations},
      {"smallest", site.smallest},
      {"largest", site.largest},
      {"leaked_allocations", site.leaked_allocations},
      {"leaked_bytes", site.leaked_bytes},
      {"peak_blocks", site.peak_blocks},
      {"peak_bytes", site.peak_bytes},
      {"operation", site.operation ? Json(profile.operations[*site.operation].name) : Json()},
      {"calls", site.calls},
      {"pattern", pattern_name(site.pattern)},
      {"cause", site.cause},
      {"evidence", json_or_null(site.evidence)},
      {"advice", json_or_null(site.advice)},
      {"expected_impact", json_or_null(site.expected_impact)},
      {"location", location ? json_position(*location) : Json()},
      {"stack_truncated", truncated || frame != end},
      {"stack", std::move(stack)},
  };
}

}  // namespace mallocop::report
