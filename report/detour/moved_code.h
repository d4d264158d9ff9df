// Machine instructions written anew, so that they do the same in another place.
#pragma once

#include <span>
#include <string>

#include "report/detour/function_code.h"
#include "report/detour/module_code.h"
#include "trace/plan.h"

namespace mallocop::report {

// Fills `moved` and the displacements of `planned` with `instructions`, in order. Whatever is relative to an
// instruction becomes a 32-bit displacement that the shim computes; nothing else changes, and none may be left out.
// Returns why one cannot be moved, "" if all can. Calls cannot: where they return to would be no code of the function.
std::string move_code(const ModuleCode& module, std::span<const Instruction> instructions,
                      trace::PlannedFunction& planned);

}  // namespace mallocop::report
