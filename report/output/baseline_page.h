// Baselines as people read them.
#pragma once

#include <span>
#include <string>

#include "report/output/page.h"
#include "report/verdict/baseline.h"

namespace mallocop::report {

// One line for each.
Page baselines_page(const std::string& folder, std::span<const Baseline> baselines);

// All that one of them holds.
Page baseline_page(const Baseline& baseline);

}  // namespace mallocop::report
