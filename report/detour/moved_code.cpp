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
constexpr uint8_t kCall32 = 0xe8;
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

std::string refusal(const Instruction& one, bool last) {
  const auto at = [&](const char* what) { return fmt::format("{} at {:#x} is", what, one.address); };
  if (one.odd) return at("an instruction that is relative to itself in an unusual way");
  if (one.flow == Flow::kCall && !last) return at("a call with too little room behind it");
  if (one.flow == Flow::kCall && !one.direct && (one.on_stack || one.modrm == 0)) return at("an unusual call");
  if (one.direct && !one.near) return at("a loop instruction (loop, jrcxz) or the begin of a transaction");
  return {};
}

class Writer {
 public:
  void add(const Instruction& one, std::span<const uint8_t> bytes) {
    if (one.flow == Flow::kCall) push_return_address(one.end());
    const size_t begin = bytes_.size();
    size_t place = one.displacement;
    if (one.direct && one.displacement == 0) {
      const std::vector<uint8_t> wide = widened(one, bytes);
      place = wide.size() - kDisplacementSize;
      bytes_.insert(bytes_.end(), wide.begin(), wide.end());
    } else {
      bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
    }
    if (one.flow == Flow::kCall) make_jump(one, begin);
    if (one.direct || one.referred != 0) {
      displace(begin + place, bytes_.size(), one.direct ? one.target : one.referred);
    }
  }

  bool write(trace::PlannedFunction& planned) const {
    if (bytes_.size() > trace::kMaxMovedSize || displacements_.size() > trace::kMaxMovedDisplacements) return false;
    std::copy(bytes_.begin(), bytes_.end(), planned.moved);
    std::copy(displacements_.begin(), displacements_.end(), planned.displacement);
    planned.moved_size = static_cast<uint8_t>(bytes_.size());
    planned.displacements = static_cast<uint8_t>(displacements_.size());
    return true;
  }

 private:
  void push_return_address(uint64_t address) {
    bytes_.insert(bytes_.end(), {kCall32, 0, 0, 0, 0});
    const size_t pushed = bytes_.size();
    bytes_.insert(bytes_.end(), {0x48, 0x81, 0x04, 0x24, 0, 0, 0, 0});  // add qword [rsp], imm32
    displace(bytes_.size() - kDisplacementSize, pushed, address);
  }

  void make_jump(const Instruction& call, size_t begin) {
    // The opcode is the byte before the displacement; an indirect call and jump differ in the ModRM byte's middle.
    if (call.direct) {
      bytes_[begin + call.displacement - 1u] = kJump32;
    } else {
      uint8_t& modrm = bytes_[begin + call.modrm];
      modrm = static_cast<uint8_t>((modrm & 0xc7) | 4 << 3);
    }
  }

  // The 32 bits at `place` are to be `target` minus the address at `from`.
  void displace(size_t place, size_t from, uint64_t target) {
    std::fill_n(bytes_.begin() + static_cast<std::ptrdiff_t>(place), kDisplacementSize, uint8_t{0});
    displacements_.push_back({.target = target,
                              .place = static_cast<uint8_t>(place),
                              .end_of_instruction = static_cast<uint8_t>(from),
                              .unused = {}});
  }

  std::vector<uint8_t> bytes_;
  std::vector<trace::MovedDisplacement> displacements_;
};

}  // namespace

std::string move_code(const ModuleCode& module, std::span<const Instruction> instructions,
                      trace::PlannedFunction& planned) {
  Writer writer;
  for (const Instruction& one : instructions) {
    if (std::string why = refusal(one, &one == &instructions.back()); !why.empty()) return why;
    writer.add(one, module.bytes(one.address, one.length));
  }
  return writer.write(planned) ? "" : "too much room is needed for what is";
}

}  // namespace mallocop::report
