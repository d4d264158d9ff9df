// See function_code.h.
#include "report/code/function_code.h"

#include <Zydis/Zydis.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>

namespace mallocop::report {
namespace {

struct Decoded {
  ZydisDecodedInstruction instruction;
  std::array<ZydisDecodedOperand, ZYDIS_MAX_OPERAND_COUNT> operands;

  std::span<const ZydisDecodedOperand> all() const { return std::span(operands).first(instruction.operand_count); }
};

const ZydisDecoder& decoder() {
  static const ZydisDecoder kInstance = [] {
    ZydisDecoder made;
    ZydisDecoderInit(&made, ZYDIS_MACHINE_MODE_LONG_64, ZYDIS_STACK_WIDTH_64);
    return made;
  }();
  return kInstance;
}

bool decode_bytes(std::span<const uint8_t> bytes, Decoded& decoded) {
  return ZYAN_SUCCESS(
      ZydisDecoderDecodeFull(&decoder(), bytes.data(), bytes.size(), &decoded.instruction, decoded.operands.data()));
}

ZydisRegister whole_register(ZydisRegister part) {
  return ZydisRegisterGetLargestEnclosing(ZYDIS_MACHINE_MODE_LONG_64, part);
}

bool is_register(const ZydisDecodedOperand& operand, ZydisRegister wanted) {
  return operand.type == ZYDIS_OPERAND_TYPE_REGISTER && operand.reg.value == wanted;
}

// What is on the stack may have been computed and put there.
bool is_pointer_off_stack(const ZydisDecodedOperand& operand) {
  return operand.type == ZYDIS_OPERAND_TYPE_MEMORY && operand.size == 64 && operand.mem.base != ZYDIS_REGISTER_RSP &&
         operand.mem.base != ZYDIS_REGISTER_RBP;
}

// Where a program is not moved, a table of jumps may hold addresses: `jmp *table(,%rax,8)`.
uint64_t indexed_table(const ZydisDecodedOperand& pointer) {
  const bool indexed = pointer.mem.base == ZYDIS_REGISTER_NONE && pointer.mem.index != ZYDIS_REGISTER_NONE;
  return indexed && pointer.mem.scale == sizeof(uint64_t) ? static_cast<uint64_t>(pointer.mem.disp.value) : 0;
}

bool builds_frame(const Decoded& decoded) {
  const auto& operands = decoded.operands;
  switch (decoded.instruction.mnemonic) {
    case ZYDIS_MNEMONIC_PUSH:
      return true;
    case ZYDIS_MNEMONIC_SUB:
      return is_register(operands[0], ZYDIS_REGISTER_RSP);
    case ZYDIS_MNEMONIC_ADD:  // gcc writes `sub rsp, 128` as `add rsp, -128`
      return is_register(operands[0], ZYDIS_REGISTER_RSP) && operands[1].type == ZYDIS_OPERAND_TYPE_IMMEDIATE &&
             operands[1].imm.value.s < 0;
    case ZYDIS_MNEMONIC_AND:  // aligns the stack
      return is_register(operands[0], ZYDIS_REGISTER_RSP);
    case ZYDIS_MNEMONIC_MOV:
      return is_register(operands[0], ZYDIS_REGISTER_RBP) && is_register(operands[1], ZYDIS_REGISTER_RSP);
    case ZYDIS_MNEMONIC_ENTER:
      return true;
    default:
      return false;
  }
}

Flow flow_of(const ZydisDecodedInstruction& instruction) {
  switch (instruction.meta.category) {
    case ZYDIS_CATEGORY_COND_BR:
      return Flow::kBranch;
    case ZYDIS_CATEGORY_UNCOND_BR:
      return Flow::kJump;
    case ZYDIS_CATEGORY_CALL:
      return Flow::kCall;
    case ZYDIS_CATEGORY_RET:
      return Flow::kStop;
    default:
      break;
  }
  switch (instruction.mnemonic) {
    case ZYDIS_MNEMONIC_UD0:
    case ZYDIS_MNEMONIC_UD1:
    case ZYDIS_MNEMONIC_UD2:
    case ZYDIS_MNEMONIC_HLT:
      return Flow::kStop;
    default:
      return Flow::kOn;
  }
}

void read_immediates(const Decoded& decoded, Instruction& out) {
  for (const auto& immediate : decoded.instruction.raw.imm) {
    if (immediate.size == 0) continue;
    if (!immediate.is_relative) {
      if (immediate.size >= 32) out.constant = immediate.value.u;
      continue;
    }
    out.direct = true;
    out.target = out.end() + immediate.value.u;
    if (immediate.size == 32) out.displacement = immediate.offset;
    // jrcxz and loop have a displacement of 8 bits only; one of 16 bits cuts the address.
    const ZydisMnemonic mnemonic = decoded.instruction.mnemonic;
    const bool counts = mnemonic == ZYDIS_MNEMONIC_JCXZ || mnemonic == ZYDIS_MNEMONIC_JECXZ ||
                        mnemonic == ZYDIS_MNEMONIC_JRCXZ || mnemonic == ZYDIS_MNEMONIC_LOOP ||
                        mnemonic == ZYDIS_MNEMONIC_LOOPE || mnemonic == ZYDIS_MNEMONIC_LOOPNE;
    const bool jumps = decoded.instruction.meta.category == ZYDIS_CATEGORY_COND_BR ||
                       decoded.instruction.meta.category == ZYDIS_CATEGORY_UNCOND_BR ||
                       decoded.instruction.meta.category == ZYDIS_CATEGORY_CALL;
    out.near = jumps && !counts && mnemonic != ZYDIS_MNEMONIC_XBEGIN && immediate.size != 16;
    if (!jumps || mnemonic == ZYDIS_MNEMONIC_XBEGIN) out.flow = Flow::kBranch;
    if (immediate.size == 16) out.odd = true;
  }
}

void read_memory(const Decoded& decoded, Instruction& out) {
  for (const ZydisDecodedOperand& operand : decoded.all()) {
    if (operand.type != ZYDIS_OPERAND_TYPE_MEMORY) continue;
    if (operand.mem.base == ZYDIS_REGISTER_EIP) out.odd = true;
    if (operand.visibility == ZYDIS_OPERAND_VISIBILITY_EXPLICIT && operand.mem.base == ZYDIS_REGISTER_RSP) {
      out.on_stack = true;
    }
    if (operand.mem.base != ZYDIS_REGISTER_RIP) continue;
    out.referred = out.end() + static_cast<uint64_t>(operand.mem.disp.value);
    out.displacement = decoded.instruction.raw.disp.offset;
    if (decoded.instruction.raw.disp.size != 32) out.odd = true;
  }
}

Instruction describe(const Decoded& decoded, uint64_t address) {
  const ZydisDecodedInstruction& instruction = decoded.instruction;
  Instruction out;
  out.address = address;
  out.length = instruction.length;
  if ((instruction.attributes & ZYDIS_ATTRIB_HAS_MODRM) != 0) out.modrm = instruction.raw.modrm.offset;
  out.mnemonic = static_cast<uint16_t>(instruction.mnemonic);
  out.flow = flow_of(instruction);
  read_immediates(decoded, out);
  read_memory(decoded, out);
  if (instruction.mnemonic == ZYDIS_MNEMONIC_LEA && out.referred != 0) {
    out.addressed = static_cast<uint16_t>(decoded.operands[0].reg.value);
  }
  out.builds_frame = builds_frame(decoded);
  out.padding = instruction.mnemonic == ZYDIS_MNEMONIC_NOP || instruction.mnemonic == ZYDIS_MNEMONIC_INT3;
  out.endbr = instruction.mnemonic == ZYDIS_MNEMONIC_ENDBR64;
  return out;
}

bool decode_range(const ModuleCode& module, AddressRange range, std::vector<Instruction>& line, std::string& why) {
  for (uint64_t address = range.begin; address < range.end;) {
    const std::optional<Instruction> instruction = decode(module, address);
    if (!instruction || instruction->end() > range.end) {
      why = fmt::format("the bytes at {:#x} are no instruction", address);
      return false;
    }
    line.push_back(*instruction);
    address = instruction->end();
  }
  return true;
}

}  // namespace

bool FunctionCode::holds(uint64_t address) const {
  return range.holds(address) ||
         std::any_of(parts.begin(), parts.end(), [&](const AddressRange& part) { return part.holds(address); });
}

const Instruction* FunctionCode::at(uint64_t address) const {
  for (const auto* line : {&main, &elsewhere}) {
    const auto found = std::lower_bound(line->begin(), line->end(), address,
                                        [](const Instruction& one, uint64_t value) { return one.address < value; });
    if (found != line->end() && found->address == address) return &*found;
  }
  return nullptr;
}

const Instruction* FunctionCode::before(const Instruction& one) const {
  const auto& line = range.holds(one.address) ? main : elsewhere;
  if (&one == &line.front()) return nullptr;
  const Instruction* const previous = &one - 1;
  return previous->end() == one.address ? previous : nullptr;
}

std::optional<Instruction> decode(const ModuleCode& module, uint64_t address) {
  Decoded decoded;
  if (!decode_bytes(module.bytes(address, ZYDIS_MAX_INSTRUCTION_LENGTH), decoded)) return std::nullopt;
  return describe(decoded, address);
}

std::optional<FunctionCode> decode(const ModuleCode& module, const Function& function, std::string& why) {
  FunctionCode code;
  code.range = {function.address, function.address + function.size};
  code.parts = function.parts;
  std::sort(code.parts.begin(), code.parts.end(),
            [](const AddressRange& a, const AddressRange& b) { return a.begin < b.begin; });
  if (!module.is_executable(function.address)) {
    why = "it is not in a part of the file that can be executed";
    return std::nullopt;
  }
  if (!decode_range(module, code.range, code.main, why)) return std::nullopt;
  for (const AddressRange& part : code.parts) {
    if (!decode_range(module, part, code.elsewhere, why)) return std::nullopt;
  }
  return code;
}

JumpSource source_of_jump(const ModuleCode& module, const Instruction& jump) {
  JumpSource source;
  Decoded decoded;
  if (!decode_bytes(module.bytes(jump.address, jump.length), decoded)) return source;
  const ZydisDecodedOperand& target = decoded.operands[0];
  if (is_pointer_off_stack(target)) {
    source.kind = JumpSource::Kind::kPointer;
    source.table = indexed_table(target);
  }
  if (target.type != ZYDIS_OPERAND_TYPE_REGISTER) return source;
  source.kind = JumpSource::Kind::kNone;
  source.held_in = static_cast<uint16_t>(whole_register(target.reg.value));
  return source;
}

JumpSource source_of_register(const ModuleCode& module, const Instruction& one, uint16_t held_in) {
  JumpSource source;
  Decoded decoded;
  if (!decode_bytes(module.bytes(one.address, one.length), decoded)) return source;
  const auto operands = decoded.all();
  const bool writes = std::any_of(operands.begin(), operands.end(), [&](const ZydisDecodedOperand& operand) {
    return operand.type == ZYDIS_OPERAND_TYPE_REGISTER && (operand.actions & ZYDIS_OPERAND_ACTION_MASK_WRITE) != 0 &&
           whole_register(operand.reg.value) == static_cast<ZydisRegister>(held_in);
  });
  if (!writes) {
    source.kind = JumpSource::Kind::kNone;
    return source;
  }
  const ZydisDecodedOperand& from = operands.size() > 1 ? operands[1] : operands[0];
  if (decoded.instruction.mnemonic == ZYDIS_MNEMONIC_MOV && is_pointer_off_stack(from)) {
    source.kind = JumpSource::Kind::kPointer;
    source.table = indexed_table(from);
  } else if (decoded.instruction.mnemonic == ZYDIS_MNEMONIC_ADD && from.type == ZYDIS_OPERAND_TYPE_REGISTER) {
    source.kind = JumpSource::Kind::kSum;
    source.terms = {static_cast<uint16_t>(operands[0].reg.value), static_cast<uint16_t>(from.reg.value)};
  }
  return source;
}

}  // namespace mallocop::report
