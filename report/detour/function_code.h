// A function's machine code, decoded: all of its instructions, the main part and those that lie elsewhere.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "report/detour/function_list.h"
#include "report/detour/module_code.h"

namespace mallocop::report {

enum class Flow : uint8_t {
  kOn,      // to the next instruction
  kBranch,  // there or elsewhere: a conditional jump, a loop, the begin of a transaction
  kCall,
  kJump,
  kStop,  // a return, an invalid instruction: nowhere that the function decides
};

struct Instruction {
  uint64_t address = 0;
  uint64_t target = 0;    // of a direct jump or call
  uint64_t referred = 0;  // address of the operand that is relative to the instruction; 0: none
  uint64_t constant = 0;  // an immediate that could be an address; 0: none
  uint16_t mnemonic = 0;  // Zydis's
  uint16_t addressed = 0;  // register that gets the address `referred` itself (lea); 0: none. Zydis's number
  uint8_t length = 0;
  Flow flow = Flow::kOn;
  bool direct = false;        // a jump or call with a target
  bool near = false;          // ... that a 32-bit displacement can also say: jmp, jcc and call, not loop or jrcxz
  bool builds_frame = false;  // moves the stack pointer down or makes it the frame pointer
  bool padding = false;       // nop or int3
  bool endbr = false;
  bool odd = false;  // something that is relative to the instruction in a way that is not understood
  bool on_stack = false;  // an operand in memory that is found by the stack pointer
  uint8_t modrm = 0;      // offset of that byte; 0: none
  uint8_t displacement = 0;  // offset of the 32-bit displacement of `referred` or `target`; 0: none, or 8 bits

  uint64_t end() const { return address + length; }
};

struct FunctionCode {
  std::vector<Instruction> main;
  std::vector<Instruction> elsewhere;  // of all parts
  CodeRange range;                     // of the main part
  std::vector<CodeRange> parts;

  bool holds(uint64_t address) const;
};

// One instruction, or nothing if the bytes are none.
std::optional<Instruction> decode(const ModuleCode& module, uint64_t address);

// Nothing, and `why` filled in, if there are bytes in it that do not decode, or no bytes.
std::optional<FunctionCode> decode(const ModuleCode& module, const Function& function, std::string& why);

// Where an indirect jump has its target from.
struct JumpSource {
  enum class Kind : uint8_t {
    kUnknown,
    kPointer,  // a pointer in memory other than the stack
    kSum,      // an address and an offset were added
  };
  Kind kind = Kind::kUnknown;
  uint64_t address = 0;               // of the instruction that last wrote the target's register; of the jump if none did
  std::array<uint16_t, 2> terms = {}; // kSum: the registers
};

// For the indirect jump line[index], as far as the instructions in line before it tell.
JumpSource source_of_jump(const ModuleCode& module, const std::vector<Instruction>& line, size_t index);

}  // namespace mallocop::report
