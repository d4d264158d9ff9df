// A Baseline as JSON text and back.
#pragma once

#include <string>
#include <string_view>

#include "report/verdict/baseline.h"

namespace mallocop::report {

// Keys are sorted and every number has a line of its own, so that a diff shows what changed.
std::string baseline_to_json(const Baseline& baseline);

// Throws std::runtime_error with the reason; the name is left empty.
Baseline baseline_from_json(std::string_view text);

}  // namespace mallocop::report
