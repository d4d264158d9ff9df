// The operations of an HTML page: each figure as the page that people read has it, and as a number to sort by.
#include "report/output/figures.h"
#include "report/output/html_parts.h"
#include "report/support/units.h"

namespace mallocop::report {
namespace {

Json figure(std::string text, double value) { return {std::move(text), value}; }

Json figures(const Distribution& distribution, bool sizes) {
  const auto one = [sizes](Rational value) {
    return figure(sizes ? short_size(value) : short_number(value), value.to_double());
  };
  Json histogram = Json::array();
  for (const ValueCount& range : distribution.histogram) {
    histogram.push_back({range.from.to_double(), range.to.to_double(), range.calls});
  }
  return {{"total", distribution.total},
          {"mean", one(distribution.mean)},
          {"min", one(distribution.min)},
          {"p50", one(distribution.p50)},
          {"p99", one(distribution.p99)},
          {"max", one(distribution.max)},
          {"share", distribution.share.to_double()},
          {"histogram", std::move(histogram)}};
}

Json times(const Operation& operation) {
  Json json = Json::object();
  if (operation.latency) {
    const Latency& latency = *operation.latency;
    json["rate"] = figure(short_rate(latency.throughput_per_s), latency.throughput_per_s);
    json["p50"] = figure(format_time(latency.p50_ns), latency.p50_ns);
    json["p99"] = figure(format_time(latency.p99_ns), latency.p99_ns);
    json["max"] = figure(format_time(latency.max_ns), latency.max_ns);
  }
  if (operation.harness_time) {
    const HarnessTime& time = *operation.harness_time;
    json["real"] = figure(short_time(time.real_ns), time.real_ns);
    json["cpu"] = figure(short_time(time.cpu_ns), time.cpu_ns);
  }
  return json;
}

}  // namespace

Json page_operations(const Profile& profile) {
  Json list = Json::array();
  for (const Operation& operation : profile.operations) {
    list.push_back({
        {"name", page_text(operation.name)},
        {"source", page_text(operation.source)},
        {"whole_process", operation.whole_process},
        {"uncertain", operation.uncertain_entries ? page_text(operation.uncertain_entries->ends_in) : ""},
        {"count", operation.count},
        {"warmup", operation.warmup},
        {"allocations", figures(operation.allocations, false)},
        {"bytes", figures(operation.bytes, true)},
        {"frees", figures(operation.frees, false)},
        {"temporary", figures(operation.temporary, false)},
        {"peak", figures(operation.peak, true)},
        {"net", figures(operation.net, true)},
        {"time", times(operation)},
    });
  }
  return list;
}

}  // namespace mallocop::report
