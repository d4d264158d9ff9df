// How much was allocated so far, for the marks' table: tests and harnesses ask at the begin and the end of what they
// measure. See ring_totals.h for how it is known.
#pragma once

#include <cstdint>

#include "include/mallocop/abi.h"

namespace mallocop::preload {

// As in the table (abi.h).
uint32_t thread_totals(mallocop_totals* totals);
uint32_t process_totals(mallocop_totals* totals);

}  // namespace mallocop::preload
