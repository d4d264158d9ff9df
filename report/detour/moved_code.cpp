// See moved_code.h.
#include "report/detour/moved_code.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <vector>

namespace mallocop::report {
namespace {

constexpr uint8_t kJump8 = 0xeb;
constexpr uint8_t kJump32 = 0xe9;
constexpr uint8_t kBranch8 = 0x70;   // and the condition
constexpr uint8_t kBranch32 = 0x80;  // and the condition, behind 0x0f
constexpr size_t kDisplacementSize = sizeof(int32_t);

// A jump by 8 bits as one by 32. Prefixes (a hint, or one that counts for branch traces) go with the old form.
std::vector<uint8_t> widened(const Instruction& jump, std::span<const uint8_t> bytes) {
  const uint8_t code = bytes[jump.length - 2u];
  std::vector<uint8_t> wide;
  if (code == kJump8) {
    wide = {kJump32};
  } else {
    wide = {0x0f, static_cast<uint8_t>(code - kBranch8 + kBranch32)};
  }
  wide.resize(wide.size() + kDisplacementSize);
  return wide;
}

std::string refusal(const Instruction& one) {
  const auto at = [&](const char* what) { return fmt::format("{} at {:#x}", what, one.address); };
  if (one.odd) return at("an instruction that is relative to itself in an unusual way is");
  if (one.flow == Flow::kCall) return at("a call, which must return into the function, is");
  if (one.direct && !one.near) return at("a loop instruction (loop, jrcxz) or the begin of a transaction is");
  return {};
}

}  // namespace

std::string move_code(const ModuleCode& module, std::span<const Instruction> instructions,
                      trace::PlannedFunction& planned) {
  std::vector<uint8_t> moved;
  std::vector<trace::MovedDisplacement> displacements;
  for (const Instruction& one : instructions) {
    if (std::string why = refusal(one); !why.empty()) return why;
    const std::span<const uint8_t> bytes = module.bytes(one.address, one.length);
    const size_t begin = moved.size();
    const bool relative = one.direct || one.referred != 0;
    size_t place = one.displacement;
    if (one.direct && one.displacement == 0) {
      const std::vector<uint8_t> wide = widened(one, bytes);
      place = wide.size() - kDisplacementSize;
      moved.insert(moved.end(), wide.begin(), wide.end());
    } else {
      moved.insert(moved.end(), bytes.begin(), bytes.end());
    }
    if (!relative) continue;
    std::fill_n(moved.begin() + static_cast<std::ptrdiff_t>(begin + place), kDisplacementSize, uint8_t{0});
    displacements.push_back({.target = one.direct ? one.target : one.referred,
                             .place = static_cast<uint8_t>(begin + place),
                             .end_of_instruction = static_cast<uint8_t>(moved.size()),
                             .unused = {}});
  }
  if (moved.size() > trace::kMaxMovedSize || displacements.size() > trace::kMaxMovedDisplacements) {
    return "they take too much room elsewhere";
  }
  std::copy(moved.begin(), moved.end(), planned.moved);
  std::copy(displacements.begin(), displacements.end(), planned.displacement);
  planned.moved_size = static_cast<uint8_t>(moved.size());
  planned.displacements = static_cast<uint8_t>(displacements.size());
  return {};
}

}  // namespace mallocop::report
