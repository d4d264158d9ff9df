// Where a function makes its static variables. The C++ runtime is asked first whether that is still to be done, and all
// code up to where it is told that it is done belongs to the variable: initialisers may take many lines, of which
// compilers have different opinions.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>

#include "report/model/address_range.h"
#include "report/model/module.h"

namespace mallocop::report {

// Of a function's code and an address in it, all at link addresses: the address of the call that asks, if what is at
// the address makes a static variable. Several threads may call it at once.
using FindGuard = std::function<std::optional<uint64_t>(std::span<const AddressRange> function, uint64_t address)>;

// For one module; what it returns is called when it is first needed, or never.
using OpenGuards = std::function<FindGuard(const Module& module)>;

}  // namespace mallocop::report
