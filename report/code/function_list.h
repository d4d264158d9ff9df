// The functions of a module, made of its symbols: aliases put together, parts that the compiler split off put to the
// function they are of.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "report/code/module_code.h"

namespace mallocop::report {

struct Function {
  uint64_t address = 0;
  uint64_t size = 0;
  std::vector<std::string_view> symbols;  // mangled; several if several names stand for one piece of code
  std::vector<std::string> names;         // demangled, without clone suffixes; of each symbol one, without repetition
  std::string operation;                  // of names[0]: the qualified name without parameters
  std::vector<AddressRange> parts;        // `.cold` and `.part.N` parts elsewhere
  bool outlined = false;                  // one of them is a `.part.N`
  bool resolver = false;                  // IFUNC
  bool forwards = false;  // a thunk or a deleting destructor: may go on to a function of the same operation
};

// A constructor or destructor of a whole object may call the one for the part without virtual bases, of the same name.
// The symbol of that one, or "".
std::string part_variant(std::string_view symbol);

class FunctionList {
 public:
  explicit FunctionList(const ModuleCode& module);

  const std::vector<Function>& functions() const { return functions_; }  // by address

  // By mangled name, an alias or not; nullptr if there is none.
  const Function* find(std::string_view symbol) const;
  // The function that begins at the address, or nullptr.
  const Function* at(uint64_t address) const;

 private:
  std::vector<Function> functions_;
  std::map<std::string_view, size_t> by_symbol_;
};

// The operation that calls of a function with this demangled name belong to: the qualified name with its template
// arguments, without parameters, return type and what a compiler adds to the names of clones.
std::string operation_name(std::string_view demangled);

}  // namespace mallocop::report
