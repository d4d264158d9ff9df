#include "report/trace/operation_table.h"

#include <fmt/format.h>

namespace mallocop::report {
namespace {

const char* source_name(trace::OperationSource source) {
  switch (source) {
    case trace::OperationSource::kMark:
      return "mark";
    case trace::OperationSource::kFunction:
      return kFunctionSource.data();
    case trace::OperationSource::kGoogleBenchmark:
      return "google-benchmark";
  }
  return "unknown";
}

}  // namespace

OperationTable::OperationTable(std::span<const OperationEntry> operations) {
  for (const OperationEntry& entry : operations) {
    if (!by_id_.contains(entry.id)) add(entry.id, entry.name, source_name(entry.source));
  }
}

uint32_t OperationTable::number_of(trace::OperationId id) {
  if (id == trace::kOutside) return kOutsideNumber;
  if (const auto place = by_id_.find(id); place != by_id_.end()) return place->second;
  return add(id, fmt::format("operation {}", id), "unknown");
}

uint32_t OperationTable::add(trace::OperationId id, const std::string& name, const char* source) {
  const auto [place, added] = by_name_.try_emplace(name, static_cast<uint32_t>(names_.size()));
  if (added) names_.push_back({name, source});
  by_id_.emplace(id, place->second);
  return place->second;
}

}  // namespace mallocop::report
