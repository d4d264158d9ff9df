#include "report/trace/operation_table.h"

#include <fmt/format.h>

namespace mallocop::report {
namespace {

std::string_view source_name(trace::OperationSource source) {
  switch (source) {
    case trace::OperationSource::kMark:
      return "mark";
    case trace::OperationSource::kFunction:
      return kFunctionSource;
    case trace::OperationSource::kGoogleBenchmark:
      return kGoogleBenchmark;
  }
  return "unknown";
}

}  // namespace

OperationTable::OperationTable(std::span<const OperationEntry> operations, const Names& batches) {
  for (const OperationEntry& entry : operations) {
    if (by_id_.contains(entry.id)) continue;
    if (entry.source != trace::OperationSource::kGoogleBenchmark) {
      add(entry.id, entry.name, source_name(entry.source));
    } else if (const auto batch = batches.find(entry.id); batch != batches.end()) {
      add(entry.id, batch->second, kGoogleBenchmark);
    } else {
      by_id_.emplace(entry.id, kOutsideNumber);  // calibration, or a pause
    }
  }
}

uint32_t OperationTable::number_of(trace::OperationId id) {
  if (id == trace::kOutside) return kOutsideNumber;
  if (const auto place = by_id_.find(id); place != by_id_.end()) return place->second;
  return add(id, fmt::format("operation {}", id), "unknown");
}

uint32_t OperationTable::add(trace::OperationId id, const std::string& name, std::string_view source) {
  auto& by_name = source == kGoogleBenchmark ? benchmarks_by_name_ : by_name_;
  const auto [place, added] = by_name.try_emplace(name, static_cast<uint32_t>(names_.size()));
  if (added) names_.push_back({name, std::string(source)});
  by_id_.emplace(id, place->second);
  return place->second;
}

}  // namespace mallocop::report
