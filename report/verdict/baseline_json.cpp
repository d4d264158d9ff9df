#include "report/verdict/baseline_json.h"

#include <fmt/format.h>

#include <array>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "report/verdict/metrics.h"

namespace mallocop::report {
namespace {

using Json = nlohmann::json;  // objects are sorted by key

constexpr std::string_view kSchema = "mallocop.baseline/1";

struct TotalField {
  const char* name;
  uint64_t Totals::*value;
};
constexpr std::array<TotalField, 7> kTotals = {{{"allocations", &Totals::allocations},
                                                {"bytes", &Totals::bytes},
                                                {"frees", &Totals::frees},
                                                {"temporary", &Totals::temporary},
                                                {"leaked_allocations", &Totals::leaked_allocations},
                                                {"leaked_bytes", &Totals::leaked_bytes},
                                                {"peak_bytes", &Totals::peak_bytes}}};

Json to_json(const Rational& value) { return {{"num", value.num}, {"den", value.den}}; }

const Json& member(const Json& object, const std::string& key) {
  if (!object.is_object() || !object.contains(key)) throw std::runtime_error(fmt::format("'{}' is missing", key));
  return object[key];
}

uint64_t count_of(const Json& object, const std::string& key) {
  const Json& value = member(object, key);
  if (!value.is_number_unsigned()) throw std::runtime_error(fmt::format("'{}' is no whole number", key));
  return value.get<uint64_t>();
}

std::string text_of(const Json& object, const std::string& key) {
  const Json& value = member(object, key);
  if (!value.is_string()) throw std::runtime_error(fmt::format("'{}' is no text", key));
  return value.get<std::string>();
}

const Json& object_of(const Json& object, const std::string& key) {
  const Json& value = member(object, key);
  if (!value.is_object()) throw std::runtime_error(fmt::format("'{}' is no object", key));
  return value;
}

Rational rational_of(const Json& object, const std::string& key) {
  const Json& value = object_of(object, key);
  const Rational result{count_of(value, "num"), count_of(value, "den")};
  if (result.den == 0) throw std::runtime_error(fmt::format("'{}' divides by zero", key));
  return result;
}

Json to_json(const std::vector<BaselineSite>& sites) {
  Json result = Json::array();
  for (const BaselineSite& site : sites) {
    Json one = {{"function", site.function}, {"allocations", site.allocations}};
    if (site.bytes) one["bytes"] = *site.bytes;
    result.push_back(std::move(one));
  }
  return result;
}

std::vector<BaselineSite> sites_from(const Json& json) {
  const Json& sites = member(json, "sites");
  if (!sites.is_array()) throw std::runtime_error("'sites' is no list");
  std::vector<BaselineSite> result;
  for (const Json& site : sites) {
    BaselineSite one{text_of(site, "function"), count_of(site, "allocations"), std::nullopt};
    if (site.contains("bytes")) one.bytes = count_of(site, "bytes");
    result.push_back(std::move(one));
  }
  return result;
}

Json to_json(const BaselineOperation& operation) {
  Json result = {{"count", operation.count}, {"sites", to_json(operation.sites)}};
  for (const auto& [metric, value] : operation.values) {
    result[std::string(info_of(metric).name)] = {{"mean", to_json(value.mean)}, {"max", to_json(value.max)}};
  }
  return result;
}

BaselineOperation operation_from(const Json& json) {
  BaselineOperation operation;
  operation.count = count_of(json, "count");
  for (const MetricInfo& metric : all_metrics()) {
    if (metric.per_call == nullptr) continue;
    const Json& value = object_of(json, std::string(metric.name));
    operation.values[metric.metric] = {rational_of(value, "mean"), rational_of(value, "max")};
  }
  operation.sites = sites_from(json);
  return operation;
}

}  // namespace

std::string baseline_to_json(const Baseline& baseline) {
  Json totals;
  for (const TotalField& field : kTotals) totals[field.name] = baseline.totals.*field.value;
  Json operations = Json::object();
  for (const auto& [name, operation] : baseline.operations) operations[name] = to_json(operation);
  Json root = {{"schema", kSchema},
               {"tool_version", baseline.tool_version},
               {"fingerprint", baseline.fingerprint},
               {"totals", std::move(totals)},
               {"operations", std::move(operations)}};
  if (!baseline.sites.empty()) root["sites"] = to_json(baseline.sites);
  // Names come from the measured program and need not be UTF-8.
  return root.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Baseline baseline_from_json(std::string_view text) {
  Json root;
  try {
    root = Json::parse(text);
  } catch (const Json::exception& error) {
    throw std::runtime_error(fmt::format("it is not JSON ({})", error.what()));
  }
  const std::string schema = text_of(root, "schema");
  if (schema != kSchema) {
    throw std::runtime_error(fmt::format("its schema is '{}', this mallocop reads '{}'", schema, kSchema));
  }
  Baseline baseline;
  baseline.tool_version = text_of(root, "tool_version");
  const Json& fingerprint = object_of(root, "fingerprint");
  for (const auto& entry : fingerprint.items()) {
    baseline.fingerprint[entry.key()] = text_of(fingerprint, entry.key());
  }
  const Json& totals = object_of(root, "totals");
  for (const TotalField& field : kTotals) baseline.totals.*field.value = count_of(totals, field.name);
  for (const auto& entry : object_of(root, "operations").items()) {
    try {
      baseline.operations[entry.key()] = operation_from(entry.value());
    } catch (const std::runtime_error& error) {
      throw std::runtime_error(fmt::format("operation '{}': {}", entry.key(), error.what()));
    }
  }
  if (root.contains("sites")) baseline.sites = sites_from(root);
  return baseline;
}

}  // namespace mallocop::report
