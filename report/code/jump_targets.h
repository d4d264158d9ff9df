// Where the code of a function may go other than to the next instruction, within itself.
//
// Direct jumps say it. For indirect ones:
//   - A target that comes from a pointer in memory must stand somewhere as an address: in data, in a relocation, or in
//     an instruction of the function. All of these are looked through, so a table of addresses need not be recognised.
//   - A target that is an address plus an offset comes from a table of 32-bit offsets, relative to the table, as
//     compilers write it for code that can be moved. The table must be found: it is what the register that holds the
//     address was last given, and its entries must lie in the function.
//   - All others are not known.
#pragma once

#include <string>
#include <vector>

#include "report/code/function_code.h"
#include "report/code/module_code.h"

namespace mallocop::report {

class JumpTargets {
 public:
  JumpTargets(ModuleCode& module, const FunctionCode& code);

  // Why something may arrive at an address of `inside` from elsewhere, "" if nothing does. Indirect jumps whose
  // targets are not known are left out.
  std::string arrival(AddressRange inside) const;

  // Direct jumps and branches of the function that go to `address`; calls are none.
  bool jumped_to(uint64_t address) const;

  // There are indirect jumps whose targets are not known.
  bool unknown() const { return unknown_; }

  // There are indirect jumps that may leave the function, besides those that read a pointer at a constant address
  // (Instruction::referred): what is not known to be a table of jumps in it.
  bool may_leave() const { return may_leave_; }

 private:
  struct Edge {
    uint64_t to;
    uint64_t from;
    bool call;
  };
  void collect(const std::vector<Instruction>& line);
  bool follow(const Instruction& jump);
  const Instruction* only_way_to(const Instruction& one);
  bool find_tables(uint16_t register_number);
  bool read_table(uint64_t table);
  bool holds_addresses(uint64_t table) const;

  ModuleCode& module_;
  const FunctionCode& code_;
  std::vector<Edge> edges_;                   // direct ones, by target
  std::vector<uint64_t> taken_;               // addresses of code that an instruction of the function makes
  std::vector<uint64_t> constants_;           // of instructions: may be such addresses where programs are not moved
  std::vector<Edge> table_edges_;             // by table
  std::vector<uint64_t> read_;                // tables
  std::vector<const Instruction*> indirect_;  // jumps
  bool unknown_ = false;
  bool may_leave_ = false;
};

}  // namespace mallocop::report
