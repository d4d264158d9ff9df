// A small measurement, made by hand, that the tests of the outputs share.
#pragma once

#include "report/model/profile.h"
#include "report/output/report_input.h"

namespace mallocop::report {

Distribution constant_distribution(uint64_t per_call, uint64_t calls);

// Two operations and three sites: "Conductor::dispatch" (1,000 calls; a vector that grows in each, a string in the
// first) and "parse" (10 calls, nothing), and one site outside of both.
Profile sample_profile();

// The same with a plan.
ReportInput sample_input();

}  // namespace mallocop::report
