// Finds the code that makes static variables by following the machine code from the calls of __cxa_guard_acquire.
#pragma once

#include "report/symbols/static_guard.h"

namespace mallocop::report {

// The module's file is read when the first question is asked. A file that cannot be read, is another one by now or is
// not for x86-64 has no guards.
FindGuard static_guards_of(const Module& module);

}  // namespace mallocop::report
