// The functions of one compile unit and what was inlined into them, built once on first use.
//
// libdw's own look-ups (dwarf_getscopes) walk the unit from its start for every address; here a unit is walked once
// for its functions, and a function once, when an address first falls into it, for its inlined calls.
#pragma once

#include <elfutils/libdw.h>

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "report/model/address_range.h"

namespace mallocop::report {

class CompileUnit {
 public:
  explicit CompileUnit(Dwarf_Die unit);

  // One function at an address: the code's own function, or one inlined into it.
  struct Scope {
    Dwarf_Die die;
    std::string call_file;  // of an inlined one: where it was called
    uint32_t call_line = 0;
  };
  // The scopes around an address of the debug information, outermost (the function itself) first; empty if none.
  std::vector<Scope> scopes(uint64_t address);

  // Where the code of a function lies.
  static std::vector<AddressRange> ranges_of(Dwarf_Die die);

  // The function of its own that `origin`, the abstract one of inlined copies, also became; null address if none did.
  Dwarf_Die concrete(const void* origin);

  struct Place {
    std::string file;
    uint32_t line = 0;
  };
  Place place(uint64_t address);

  // Functions without a name, code or anything they refer to: clang 14 puts the static variables of a function there
  // that it inlined everywhere.
  std::vector<Dwarf_Die>& nameless() { return nameless_; }

  // "ns::Class::" for the declaration of a function in this unit; "" for one in the global namespace.
  std::string qualifier(const Dwarf_Die& declaration) const;

 private:
  struct InlinedCall {
    Dwarf_Die die;
    std::vector<AddressRange> ranges;
    size_t next;  // behind all calls inlined into this one
  };
  struct Function {
    Dwarf_Die die;
    std::optional<std::vector<InlinedCall>> inlined;  // in the order of a walk: outer before inner
  };
  struct FunctionRange {
    uint64_t begin;
    uint64_t end;
    size_t function;
  };

  void collect_functions(Dwarf_Die& parent, const std::string& scope, unsigned depth);
  void add_function(Dwarf_Die die);
  static void collect_inlined(Dwarf_Die& parent, std::vector<InlinedCall>& calls, unsigned depth);
  Scope inlined_scope(Dwarf_Die die);
  const std::string& source_path(const char* name);  // of libdw's name, the same for as long as the unit

  Dwarf_Die unit_;
  std::vector<Function> functions_;
  std::vector<FunctionRange> ranges_;                                // by begin
  std::optional<std::unordered_map<const void*, size_t>> concrete_;  // of functions_, by their origins' addresses
  std::unordered_map<const void*, std::string> qualifiers_;          // by Dwarf_Die::addr
  std::unordered_map<const char*, std::string> paths_;               // by libdw's names
  std::vector<Dwarf_Die> nameless_;
};

}  // namespace mallocop::report
