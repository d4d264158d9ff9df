// The debug information of one module: from an address to the functions around it.
#pragma once

#include <elfutils/libdwfl.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "report/model/profile.h"
#include "report/symbols/compile_unit.h"
#include "report/symbols/debug_image.h"
#include "report/symbols/frame_role.h"
#include "report/symbols/static_guard.h"

namespace mallocop::report {

class DebugInfo {
 public:
  // Looks for the file's own DWARF, then for a separate debug file; without any, find() always comes back empty.
  // `coroutines`: the module's, which must live as long; null: their frames are like others. `find_guard` may be empty.
  explicit DebugInfo(Dwfl_Module* module, const CoroutineNames* coroutines = nullptr, FindGuard find_guard = {});
  // The same for another thread, which has opened the file again as `module`. `first` must live as long.
  DebugInfo(Dwfl_Module* module, const DebugInfo& first);
  // Whether another one would share the bytes of the debug information, rather than unpack them once more.
  bool can_share() const;

  // The unit that covers `address` (as libdwfl places it).
  std::optional<Dwarf_Off> unit_at(uint64_t address);
  // The functions around an address that `unit` covers, innermost first, with function, file, line, inlined and role
  // filled in. Empty: the unit says nothing of the address. `symbol` is the mangled name that the symbol table has for
  // the address, or null: compilers leave it out of the debug information of functions that are local to a file.
  std::vector<Frame> find(Dwarf_Off unit, uint64_t address, const char* symbol);
  // Gives back the memory of what was found in the units that were asked.
  void forget();

 private:
  struct UnitRange {
    uint64_t begin;
    uint64_t end;
    Dwarf_CU* unit;
  };
  Dwarf_CU* unit_handle(uint64_t address);
  Dwarf_CU* unit_of_index(uint64_t address);
  void collect_units();
  void add_unit(Dwarf_CU* unit, Dwarf_Die& die);
  CompileUnit& unit(Dwarf_CU* handle);
  void tell_static_variable(const std::vector<CompileUnit::Scope>& scopes, uint64_t address, CompileUnit& unit,
                            std::vector<Frame>& frames);
  const std::string& function_name(Dwarf_Die die, const char* symbol);
  std::string make_name(Dwarf_Die die, const char* symbol);

  std::unique_ptr<DebugImage> image_;  // none: libdwfl unpacked it, or it was not packed
  Dwarf* dwarf_ = nullptr;
  Dwarf_Addr bias_ = 0;            // libdwfl's addresses minus those of the debug information
  bool collected_ = false;         // the ranges of all units
  std::vector<UnitRange> ranges_;  // by begin
  std::unordered_map<Dwarf_CU*, std::unique_ptr<CompileUnit>> units_;
  std::unordered_map<const void*, std::string> names_;  // by Dwarf_Die::addr
  FunctionRoles roles_;
  const CoroutineNames* coroutines_;
  FindGuard find_guard_;
};

}  // namespace mallocop::report
