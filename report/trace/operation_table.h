// The operations of a trace: two ids with one name are one operation.
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

struct OperationName {
  std::string name;
  std::string source;  // "mark", "function", "google-benchmark"; "unknown" if its record is missing or newer
};

class OperationTable {
 public:
  explicit OperationTable(std::span<const OperationEntry> operations);

  // kOutsideNumber for kOutside. An id without a record (the trace was cut before it) gets a name made of the id.
  uint32_t number_of(trace::OperationId id);

  const std::vector<OperationName>& names() const { return names_; }

 private:
  uint32_t add(trace::OperationId id, const std::string& name, const char* source);

  std::vector<OperationName> names_;  // by number, in the order of their records
  std::unordered_map<trace::OperationId, uint32_t> by_id_;
  std::unordered_map<std::string, uint32_t> by_name_;
};

}  // namespace mallocop::report
