// What debug information says about functions that have no code of their own, or not for all of their calls.
#pragma once

#include <elfutils/libdwfl.h>

#include <functional>
#include <map>
#include <string>

namespace mallocop::report {

struct InlinedCalls {
  size_t places = 0;      // where the function was inlined
  std::string example;    // "parser.cpp:88", one of them; "" if not known
  bool declared = false;  // there is a declaration or a definition without code
};

// By demangled name: those that `wanted` says yes to. Declarations are looked at only if `declarations` is set.
// Empty if the module has no debug information.
std::map<std::string, InlinedCalls> find_inlined(Dwfl_Module* module, bool declarations,
                                                 const std::function<bool(const std::string& name)>& wanted);

}  // namespace mallocop::report
