#include "preload/plan.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <cstring>

#include "preload/sys.h"

namespace mallocop::preload {

using trace::PlanHeader;
using trace::PlannedFunction;
using trace::PlannedRange;

const char* Plan::read(const char* path) {
  const long descriptor = sys::open(path, O_RDONLY | O_CLOEXEC);
  if (failed(descriptor)) return "it cannot be opened";
  struct stat status {};
  const bool known = !failed(sys::fstat(static_cast<int>(descriptor), status));
  const auto size = static_cast<size_t>(known ? status.st_size : 0);
  // Nobody changes the file: it is the launcher's own, and private.
  const void* const bytes = size == 0 ? nullptr : sys::map(size, PROT_READ, MAP_PRIVATE, static_cast<int>(descriptor));
  sys::close(static_cast<int>(descriptor));
  return bytes == nullptr ? "it cannot be read" : check(static_cast<const uint8_t*>(bytes), size);
}

const char* Plan::check(const uint8_t* bytes, size_t size) {
  constexpr const char* kDamaged = "it is damaged";
  PlanHeader header;
  if (size < sizeof header) return kDamaged;
  std::memcpy(&header, bytes, sizeof header);
  if (std::memcmp(header.magic, trace::kPlanMagic, sizeof header.magic) != 0) return "it is no plan";
  if (header.version != trace::kPlanVersion) return "it is of another version of mallocop";
  const size_t functions = header.functions * sizeof(PlannedFunction);
  const size_t ranges = header.ranges * sizeof(PlannedRange);
  if (size - sizeof header != functions + ranges + header.text_size || header.text_size == 0) return kDamaged;
  const uint8_t* const body = bytes + sizeof header;
  if (XXH3_64bits(body, size - sizeof header) != header.checksum) return kDamaged;
  functions_ = {reinterpret_cast<const PlannedFunction*>(body), header.functions};
  ranges_ = {reinterpret_cast<const PlannedRange*>(body + functions), header.ranges};
  texts_ = reinterpret_cast<const char*>(body + functions + ranges);
  if (texts_[header.text_size - 1] != '\0') return kDamaged;
  for (const PlannedFunction& function : functions_) {
    if (function.action == trace::PlanAction::kWholeProcess && function.name < header.text_size) continue;
    if (function.module >= header.text_size || function.name >= header.text_size ||
        function.ends_in >= header.text_size || function.original_size < trace::kJumpSize ||
        function.original_size > trace::kMaxOriginalSize || function.moved_size > trace::kMaxMovedSize ||
        function.displacements > trace::kMaxMovedDisplacements)
      return kDamaged;
    for (const trace::MovedDisplacement& moved : std::span(function.displacement, function.displacements))
      if (moved.place + 4 > function.moved_size || moved.end_of_instruction > function.moved_size) return kDamaged;
  }
  for (const PlannedRange& range : ranges_)
    if (range.function >= header.functions || range.end < range.begin) return kDamaged;
  return nullptr;
}

}  // namespace mallocop::preload
