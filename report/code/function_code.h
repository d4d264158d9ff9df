// A function's machine code, decoded: all of its instructions, the main part and those that lie elsewhere.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "report/code/function_list.h"
#include "report/code/module_code.h"

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
  uint64_t target = 0;     // of a direct jump or call
  uint64_t referred = 0;   // address of the operand that is relative to the instruction; 0: none
  uint64_t constant = 0;   // an immediate that could be an address; 0: none
  uint16_t mnemonic = 0;   // Zydis's
  uint16_t addressed = 0;  // register that gets the address `referred` itself (lea); 0: none. Zydis's number
  uint8_t length = 0;
  Flow flow = Flow::kOn;
  bool direct = false;        // a jump or call with a target
  bool near = false;          // ... that a 32-bit displacement can also say: jmp, jcc and call, not loop or jrcxz
  bool builds_frame = false;  // moves the stack pointer down or makes it the frame pointer
  bool padding = false;       // nop or int3
  bool endbr = false;
  bool odd = false;          // something that is relative to the instruction in a way that is not understood
  bool on_stack = false;     // an operand in memory that is found by the stack pointer
  uint8_t modrm = 0;         // offset of that byte; 0: none
  uint8_t displacement = 0;  // offset of the 32-bit displacement of `referred` or `target`; 0: none, or 8 bits

  uint64_t end() const { return address + length; }
};

struct FunctionCode {
  std::vector<Instruction> main;
  std::vector<Instruction> elsewhere;  // of all parts
  AddressRange range;                  // of the main part
  std::vector<AddressRange> parts;

  bool holds(uint64_t address) const;
  // The instruction at the address; nullptr if none begins there.
  const Instruction* at(uint64_t address) const;
  // The instruction that lies before `one`; nullptr if none does.
  const Instruction* before(const Instruction& one) const;
};

// One instruction, or nothing if the bytes are none.
std::optional<Instruction> decode(const ModuleCode& module, uint64_t address);

// Nothing, and `why` filled in, if there are bytes in it that do not decode, or no bytes.
std::optional<FunctionCode> decode(const ModuleCode& module, const Function& function, std::string& why);

// How an instruction makes the address that an indirect jump goes to.
struct JumpSource {
  enum class Kind : uint8_t {
    kNone,     // it does not: the address was made before
    kPointer,  // reads a pointer from memory other than the stack
    kSum,      // adds an offset to an address
    kSomehow,
  };
  Kind kind = Kind::kSomehow;
  uint16_t held_in = 0;                // of an indirect jump through a register, kNone: that register. Zydis's number
  std::array<uint16_t, 2> terms = {};  // kSum: the registers
  uint64_t table = 0;                  // kPointer: the address that an index is added to, if that is all; 0: it is not
};

// For the indirect jump itself.
JumpSource source_of_jump(const ModuleCode& module, const Instruction& jump);
// For an instruction on the way to it: what it writes to the register `held_in`.
JumpSource source_of_register(const ModuleCode& module, const Instruction& one, uint16_t held_in);

}  // namespace mallocop::report
