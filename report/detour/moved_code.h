// Machine instructions written anew, so that they do the same in another place.
#pragma once

#include <span>
#include <string>

#include "report/code/function_code.h"
#include "report/code/module_code.h"
#include "trace/plan.h"

namespace mallocop::report {

// Fills `moved` and the displacements of `planned` with `instructions`, in order. Whatever is relative to an
// instruction becomes a 32-bit displacement that the shim computes. Returns why one cannot be moved, "" if all can.
//
// A call may be the last instruction. It must return to the function itself, where unwinders know what to do, and not
// to its new place, so it is written as
//     call .+5            pushes the address of what follows
//     add [rsp], ...      and makes it the function's: a displacement like the others
//     jmp ...
// which costs a return that the processor does not foresee. A call changes the flags, so the addition may.
std::string move_code(const ModuleCode& module, std::span<const Instruction> instructions,
                      trace::PlannedFunction& planned);

}  // namespace mallocop::report
