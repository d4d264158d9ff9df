// What a call or jump leads to, be it in the module or, by way of its procedure linkage table, in another one.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "report/code/function_code.h"
#include "report/code/function_list.h"
#include "report/code/module_code.h"

namespace mallocop::report {

// The operation that the function at `address` would be, or the one that the stub there leads to; "" if neither is
// known.
std::string callee_at(const ModuleCode& module, const FunctionList& functions, uint64_t address);

// The mangled name that the stub at `address` leads to; "" if there is none.
std::string_view stub_at(const ModuleCode& module, uint64_t address);

// The mangled name of the function that a call leads to, here or in another module; "" if it is not known.
std::string_view called_symbol(const ModuleCode& module, const Instruction& call);

// The operation of the function whose pointer is at `slot`, which the dynamic linker fills in.
std::string operation_of_import(const ModuleCode& module, uint64_t slot);

}  // namespace mallocop::report
