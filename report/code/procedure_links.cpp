// See procedure_links.h.
#include "report/code/procedure_links.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "report/code/function_code.h"
#include "report/code/symbol_name.h"

namespace mallocop::report {

std::string callee_at(const ModuleCode& module, const FunctionList& functions, uint64_t address) {
  if (const Function* const function = functions.at(address); function != nullptr) return function->operation;
  const std::string_view symbol = stub_at(module, address);
  return symbol.empty() ? std::string() : operation_name(function_name_of(read_symbol_name(symbol)));
}

std::string_view stub_at(const ModuleCode& module, uint64_t address) {
  // Perhaps an endbr64, then a jump to where a pointer says.
  std::optional<Instruction> one = decode(module, address);
  if (one && one->endbr) one = decode(module, one->end());
  if (!one || one->flow != Flow::kJump || one->direct || one->referred == 0) return {};
  return module.imported(one->referred);
}

std::string_view called_symbol(const ModuleCode& module, const Instruction& call) {
  if (!call.direct) return module.imported(call.referred);
  if (const std::string_view stub = stub_at(module, call.target); !stub.empty()) return stub;
  const std::vector<CodeSymbol>& symbols = module.symbols();
  const auto symbol = std::lower_bound(symbols.begin(), symbols.end(), call.target,
                                       [](const CodeSymbol& one, uint64_t value) { return one.address < value; });
  return symbol != symbols.end() && symbol->address == call.target ? symbol->name : std::string_view();
}

std::string operation_of_import(const ModuleCode& module, uint64_t slot) {
  const std::string_view symbol = module.imported(slot);
  return symbol.empty() ? std::string() : operation_name(function_name_of(read_symbol_name(symbol)));
}

}  // namespace mallocop::report
