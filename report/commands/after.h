// This measurement beside a baseline, figure by figure.
#pragma once

#include "report/output/report_input.h"
#include "report/verdict/baseline.h"

namespace mallocop::report {

// Allocations and bytes of every operation that both have; of the whole process where the baseline has no operations.
// Worse first, then better, then unchanged. It judges nothing: tolerances are the verdict's.
After make_after(const Profile& profile, const Baseline& baseline);

}  // namespace mallocop::report
