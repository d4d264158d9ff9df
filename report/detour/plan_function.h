// Decides whether the first instructions of a function can be moved elsewhere, and how: the launcher's half of a
// detour.
//
// What is proved: after whole instructions of at least kJumpSize bytes were moved and a jump written in their place, no
// path through the program arrives between the first and the last byte that was overwritten. plan_function.cpp says
// how. When in doubt the answer is no.
#pragma once

#include <string_view>

#include "report/code/function_list.h"
#include "report/code/module_code.h"
#include "report/detour/planned.h"

namespace mallocop::report {

// `function` is one of `functions`, the list made of `module`. The operation is function.operation.
Outcome plan_function(ModuleCode& module, const FunctionList& functions, const Function& function,
                      trace::PlanAction action);

// The function that the mangled name `symbol` stands for. The planned name is its demangled name without parameters.
// Refused as well if the module has no such function: ask FunctionList::find() first where that is no error.
//
//   ModuleCode module("/usr/lib/x86_64-linux-gnu/libbenchmark.so.1");
//   const FunctionList functions(module);
//   plan_symbol(module, functions, "_ZN9benchmark5State16StartKeepRunningEv", trace::PlanAction::kBatchBegin);
Outcome plan_symbol(ModuleCode& module, const FunctionList& functions, std::string_view symbol,
                    trace::PlanAction action);

}  // namespace mallocop::report
