// The operations of a trace: two ids with one name are one operation, unless one is a benchmark and the other is not.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "report/trace/trace_contents.h"

namespace mallocop::report {

inline constexpr uint32_t kOutsideNumber = 0xffffffff;  // outside of every operation

inline constexpr std::string_view kFunctionSource = "function";
inline constexpr std::string_view kGoogleBenchmark = "google-benchmark";

struct OperationName {
  std::string name;
  std::string source;  // "mark", "function", "google-benchmark"; "unknown" if its record is missing or newer
};

class OperationTable {
 public:
  using Names = std::unordered_map<trace::OperationId, std::string>;

  // `batches`: what batches of Google Benchmark are called; those without a name are outside of all operations.
  explicit OperationTable(std::span<const OperationEntry> operations, const Names& batches = {});

  // kOutsideNumber for kOutside and for batches without a name. An id without a record (the trace was cut before it)
  // gets a name made of the id.
  uint32_t number_of(trace::OperationId id);

  const std::vector<OperationName>& names() const { return names_; }

 private:
  uint32_t add(trace::OperationId id, const std::string& name, std::string_view source);

  std::vector<OperationName> names_;  // by number, in the order of their records
  std::unordered_map<trace::OperationId, uint32_t> by_id_;
  std::unordered_map<std::string, uint32_t> by_name_;
  std::unordered_map<std::string, uint32_t> benchmarks_by_name_;
};

}  // namespace mallocop::report
