// What a mangled name says beyond the function's own name: which piece of the function the symbol stands for.
#pragma once

#include <string>
#include <string_view>

namespace mallocop::report {

enum class SymbolPart {
  kWhole,      // the function, or a copy of it that the compiler specialised
  kCold,       // `.cold`: the rarely used part of the function, which the function jumps to
  kOutlined,   // `.part.N`: the rest of the function where its first part was inlined into callers
  kThunk,      // an entry for another base class, which goes on to the function
  kDeleting,   // the destructor that frees the object after it called the other one
  kNotCalled,  // code for a variable, not a function that somebody wrote
};

struct SymbolName {
  std::string_view base;   // without the suffixes of clones: names the function
  std::string_view owner;  // of a cold or outlined part: the symbol that it was split from
  SymbolPart part = SymbolPart::kWhole;
};

SymbolName read_symbol_name(std::string_view mangled);

// The demangled name of the function: neither that it is a clone nor that it is a thunk is in it.
std::string function_name_of(const SymbolName& name);

}  // namespace mallocop::report
