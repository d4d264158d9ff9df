// See diff_page.h. What a side does not have is null.
#include <nlohmann/json.hpp>

#include "report/output/diff_page.h"
#include "report/output/json_parts.h"
#include "report/support/version.h"
#include "report/verdict/metrics.h"

namespace mallocop::report {
namespace {

Json number(Rational value) { return json_number(value); }
Json number(uint64_t value) { return value; }
Json number(double value) { return value; }

template <typename Value>
Json both(const Pair<Value>& pair) {
  return {{"before", pair.before ? number(*pair.before) : Json()}, {"now", pair.now ? number(*pair.now) : Json()}};
}

Json operation(const OperationChange& change) {
  Json metrics = Json::object();
  for (const MetricChange& metric : change.metrics) {
    metrics[std::string(info_of(metric.metric).name)] = {{"mean", both(metric.mean)}, {"max", both(metric.max)}};
  }
  return {{"name", change.name},
          {"differs", change.differs()},
          {"count", both(change.calls)},
          {"metrics", std::move(metrics)},
          {"time_ns", both(change.time_ns)}};
}

Json place(const PlaceChange& change) {
  return {{"operation", json_or_null(change.operation)},
          {"function", change.function},
          {"file", json_or_null(change.place.file)},
          {"line", change.place.line == 0 ? Json() : Json(change.place.line)},
          {"cause", json_or_null(change.place.cause)},
          {"certain", change.certain},
          {"allocations", both(change.allocations)},
          {"bytes", both(change.bytes)}};
}

}  // namespace

std::string diff_json(const Comparison& comparison) {
  Json totals = Json::object();
  for (const TotalChange& total : comparison.totals) {
    totals[std::string(info_of(total.metric).name)] = {{"before", total.before}, {"now", total.now}};
  }
  Json operations = Json::array();
  for (const OperationChange& change : comparison.operations) operations.push_back(operation(change));
  Json places = Json::array();
  for (const PlaceChange& change : comparison.places) places.push_back(place(change));
  const Json document = {{"schema", "mallocop.diff/1"},
                         {"tool_version", tool_version()},
                         {"before", comparison.before},
                         {"now", comparison.now},
                         {"conditions", comparison.conditions},
                         {"totals", std::move(totals)},
                         {"operations", std::move(operations)},
                         {"places", std::move(places)},
                         {"places_alike", comparison.places_alike}};
  return document.dump(2, ' ', true, Json::error_handler_t::replace) + '\n';
}

}  // namespace mallocop::report
