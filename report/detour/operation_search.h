// From patterns to operations: what `--op` and `--list-ops` mean for a program that is about to run.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "report/code/function_list.h"
#include "report/code/module_code.h"
#include "report/detour/inlined_calls.h"
#include "report/detour/planned.h"
#include "report/support/pattern.h"

namespace mallocop::report {

// A function that a pattern means.
struct FoundFunction {
  std::string operation;
  std::string name;  // demangled, whole
  std::string module;
  uint64_t address = 0;
  uint64_t size = 0;
  Outcome outcome;
  bool passes_on = false;            // a thunk or the like: its entries are counted in the function that it goes on to
  std::vector<AddressRange> ranges;  // its code
  std::vector<std::string> notes;    // besides those of the plan
};

// The operations that one pattern asks for.
struct RequestedOperations {
  std::string pattern;
  std::vector<std::string> operations;  // that will be counted; never empty
};

struct RefusedOperation {
  std::string operation;
  std::string refusal;  // a sentence, with the pattern
};

struct OperationNote {
  std::string operation;
  std::string note;
};

struct OperationPlan {
  std::vector<Planned> functions;
  std::vector<RequestedOperations> requests;
  std::vector<RefusedOperation> refused;  // meant by a pattern that means others too, which are counted
  std::vector<OperationNote> notes;       // of those that are counted
};

class OperationSearch {
 public:
  // Reads the program and the libraries that it needs. Throws Error (kInvalid).
  explicit OperationSearch(const std::string& program);
  ~OperationSearch();

  // Every function that `pattern` means (FunctionPattern), by module and address. `option` is what the user wrote the
  // pattern behind. Throws Error (kInvalid) with the likely reason if there is none.
  std::vector<FoundFunction> find(const std::string& option, const std::string& pattern);

  // An operation is counted if all of its functions can be. Throws Error (kInvalid) if none of a pattern's can.
  OperationPlan plan(const std::vector<std::string>& patterns);

 private:
  struct ModuleFunctions {
    explicit ModuleFunctions(const std::string& path) : code(path), functions(code) {}
    ModuleCode code;
    FunctionList functions;
  };
  [[noreturn]] void nothing_found(const std::string& option, const std::string& pattern);
  static std::string known_without_code(const ModuleFunctions& module, const std::map<std::string, InlinedCalls>& known,
                                        const FunctionPattern& wanted);
  std::string nearest_name(const std::string& pattern) const;

  std::vector<std::unique_ptr<ModuleFunctions>> modules_;  // the program first
};

}  // namespace mallocop::report
