// Every function of real files: what is planned must decode to the same instructions with the same targets.
#include <Zydis/Zydis.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <filesystem>
#include <iostream>
#include <map>

#include "report/detour/plan_function.h"

namespace mallocop::report {
namespace {

struct One {
  ZydisDecodedInstruction instruction;
  std::array<ZydisDecodedOperand, ZYDIS_MAX_OPERAND_COUNT> operands;

  // What it refers to, if that is relative to the instruction pointer.
  std::optional<uint64_t> target(uint64_t address) const {
    for (size_t index = 0; index < instruction.operand_count; ++index) {
      ZyanU64 result = 0;
      const ZydisDecodedOperand& operand = operands[index];
      const bool relative = (operand.type == ZYDIS_OPERAND_TYPE_IMMEDIATE && operand.imm.is_relative) ||
                            (operand.type == ZYDIS_OPERAND_TYPE_MEMORY && operand.mem.base == ZYDIS_REGISTER_RIP);
      if (relative && ZYAN_SUCCESS(ZydisCalcAbsoluteAddress(&instruction, &operand, address, &result))) return result;
    }
    return std::nullopt;
  }
};

std::vector<One> decode_all(const uint8_t* bytes, size_t size) {
  ZydisDecoder decoder;
  ZydisDecoderInit(&decoder, ZYDIS_MACHINE_MODE_LONG_64, ZYDIS_STACK_WIDTH_64);
  std::vector<One> all;
  while (size > 0) {
    One one;
    if (!ZYAN_SUCCESS(ZydisDecoderDecodeFull(&decoder, bytes, size, &one.instruction, one.operands.data()))) return {};
    bytes += one.instruction.length;
    size -= one.instruction.length;
    all.push_back(one);
  }
  return all;
}

bool is_padding(const One& one) {
  return one.instruction.mnemonic == ZYDIS_MNEMONIC_NOP || one.instruction.mnemonic == ZYDIS_MNEMONIC_INT3;
}

// Where the shim could put the moved code: as far from the function as programs have it.
constexpr uint64_t kPlace = 0x40000000;

void expect_same(const trace::PlannedFunction& planned) {
  std::array<uint8_t, trace::kMaxMovedSize> moved{};
  std::copy_n(planned.moved, planned.moved_size, moved.begin());
  for (size_t index = 0; index < planned.displacements; ++index) {
    const trace::MovedDisplacement& one = planned.displacement[index];
    ASSERT_LE(one.place + sizeof(int32_t), planned.moved_size);
    const auto value = static_cast<int32_t>(one.target - (kPlace + one.end_of_instruction));
    std::memcpy(moved.data() + one.place, &value, sizeof value);
  }
  const std::vector<One> before = decode_all(planned.original, planned.original_size);
  const std::vector<One> after = decode_all(moved.data(), planned.moved_size);
  ASSERT_FALSE(before.empty());
  ASSERT_FALSE(after.empty());
  uint64_t from = planned.address;
  uint64_t to = kPlace;
  size_t next = 0;
  for (const One& one : before) {
    if (next == after.size()) {
      EXPECT_TRUE(is_padding(one)) << "left out";
      continue;
    }
    ZydisMnemonic mnemonic = one.instruction.mnemonic;
    if (mnemonic == ZYDIS_MNEMONIC_CALL) {
      // The return address is pushed and corrected; then it is a jump.
      ASSERT_LE(next + 3, after.size());
      ASSERT_EQ(after[next].instruction.mnemonic, ZYDIS_MNEMONIC_CALL);
      to += after[next].instruction.length;
      EXPECT_EQ(after[next].target(to - after[next].instruction.length), to);
      ASSERT_EQ(after[next + 1].instruction.mnemonic, ZYDIS_MNEMONIC_ADD);
      EXPECT_EQ(to + static_cast<uint64_t>(after[next + 1].operands[1].imm.value.s), from + one.instruction.length);
      to += after[next + 1].instruction.length;
      next += 2;
      mnemonic = ZYDIS_MNEMONIC_JMP;
    }
    EXPECT_EQ(after[next].instruction.mnemonic, mnemonic);
    EXPECT_EQ(after[next].target(to), one.target(from));
    EXPECT_EQ(after[next].instruction.operand_count_visible, one.instruction.operand_count_visible);
    from += one.instruction.length;
    to += after[next].instruction.length;
    ++next;
  }
  EXPECT_EQ(next, after.size());
}

// The reason without its numbers.
std::string kind_of(std::string reason) {
  std::string kind;
  for (size_t index = 0; index < reason.size(); ++index) {
    if (reason.compare(index, 2, "0x") == 0) {
      index = reason.find_first_not_of("0123456789abcdefx", index);
      kind += "N";
      if (index == std::string::npos) break;
    }
    kind += reason[index];
  }
  return kind;
}

class Sweep : public testing::TestWithParam<const char*> {};

TEST_P(Sweep, PlansDoWhatTheFunctionsDo) {
  if (!std::filesystem::exists(GetParam())) GTEST_SKIP() << GetParam() << " is not here";
  ModuleCode module(GetParam());
  const FunctionList functions(module);
  size_t planned = 0;
  std::map<std::string, size_t> refused;
  for (const Function& function : functions.functions()) {
    const Outcome outcome = plan_function(module, functions, function, trace::PlanAction::kCountEntry);
    if (!outcome.planned) {
      ++refused[kind_of(outcome.reason)];
      continue;
    }
    ++planned;
    const trace::PlannedFunction& plan = outcome.planned->function;
    SCOPED_TRACE(testing::Message() << function.symbols.front());
    ASSERT_GE(plan.original_size, trace::kJumpSize);
    ASSERT_TRUE(function.address == plan.address || function.address + 4 == plan.address);
    const std::span<const uint8_t> bytes = module.bytes(plan.address, plan.original_size);
    EXPECT_TRUE(std::equal(bytes.begin(), bytes.end(), plan.original));
    ASSERT_NO_FATAL_FAILURE(expect_same(plan));
  }
  std::cout << GetParam() << ": " << planned << " of " << functions.functions().size() << " functions can be counted\n";
  for (const auto& [reason, count] : refused) std::cout << "  " << count << " not: " << reason << "\n";
  // Compilers write few functions that cannot be; far fewer would be a fault of ours.
  EXPECT_GT(planned, functions.functions().size() * 3 / 4);
}

INSTANTIATE_TEST_SUITE_P(Files, Sweep,
                         testing::Values("/proc/self/exe", "/usr/lib/x86_64-linux-gnu/libstdc++.so.6",
                                         "/usr/lib/x86_64-linux-gnu/libZydis.so.4.0"));

}  // namespace
}  // namespace mallocop::report
