// The plan that the launcher hands over (trace/plan.h), read and checked. In the constructor only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "trace/plan.h"

namespace mallocop::preload {

class Plan {
 public:
  // Null if everything was read; else why the plan cannot be used.
  const char* read(const char* path);

  std::span<const trace::PlannedFunction> functions() const { return functions_; }
  std::span<const trace::PlannedRange> ranges() const { return ranges_; }
  const char* text(uint32_t offset) const { return texts_ + offset; }

 private:
  const char* check(const uint8_t* bytes, size_t size);

  std::span<const trace::PlannedFunction> functions_;
  std::span<const trace::PlannedRange> ranges_;
  const char* texts_ = nullptr;
};

}  // namespace mallocop::preload
