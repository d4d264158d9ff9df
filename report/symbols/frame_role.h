// What a function's entry in the debug information says of the code at one of its lines.
#pragma once

#include <elfutils/libdw.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "report/model/frame.h"
#include "report/symbols/compile_unit.h"

namespace mallocop::report {

// Which functions are implicit, and the variables of functions that outlive a call: found once for each function.
class FunctionRoles {
 public:
  // `function`: a subprogram of `unit`, or one that was inlined. kImplicit, kStatic, kThreadLocal or kPlain.
  FrameRole role(Dwarf_Die function, uint32_t line, CompileUnit& unit);
  // Whether it has static variables, as far as is known.
  bool has_static(Dwarf_Die function, CompileUnit& unit);
  // Where the static variable is declared whose guard is asked at `line`. None: it has no such variable.
  std::optional<uint32_t> static_guarded_at(Dwarf_Die function, uint32_t line, CompileUnit& unit);

 private:
  // Where something is declared, by the unit's number for the file.
  struct SourceFile {
    const void* unit = nullptr;  // libdw's; null: not known
    uint64_t number = 0;
    friend bool operator==(const SourceFile&, const SourceFile&) = default;
  };
  struct Variable {
    uint32_t line;
    FrameRole role;
    SourceFile file;
  };
  struct Function {
    bool implicit = false;
    std::vector<Variable> variables;
  };
  const Function& function_of(Dwarf_Die function, CompileUnit& unit);
  static SourceFile file_of(Dwarf_Die& declared);
  static void add_variables(Dwarf_Die& function, std::vector<Variable>& found);
  std::vector<Variable> variables_of(Dwarf_Die function, CompileUnit& unit);
  const std::vector<Variable>& variables_of_nameless(CompileUnit& unit);

  std::unordered_map<const void*, Function> known_;  // by Dwarf_Die::addr
  std::unordered_map<const CompileUnit*, std::vector<Variable>> of_nameless_;
};

// The functions of a module that start a coroutine. Compilers split such a function and keep its name, with a suffix,
// for the parts.
class CoroutineNames {
 public:
  // A mangled name of the module's.
  void add(std::string_view name);
  // Whether a mangled name is that of a part, which runs what the user wrote: the coroutine has its frame by then.
  static bool is_part(std::string_view name);
  // Whether a function of this name, or one that it was cloned from, is one.
  bool has(std::string_view demangled) const {
    return names_.contains(std::string(demangled.substr(0, demangled.find(" [clone "))));
  }

 private:
  std::unordered_set<std::string> names_;
};

}  // namespace mallocop::report
