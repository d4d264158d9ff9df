// The sections of the page, each built by a file of its own.
#pragma once

#include "report/output/page.h"
#include "report/output/report_input.h"

namespace mallocop::report {

Section baseline_section(const Profile& profile, const OutputOptions& options);
// Adds what massif would show of the whole process: live bytes over time, whose they were at the peak, what leaked, who
// allocates for a moment only.
void add_memory_lines(Section& section, const Profile& profile, const OutputOptions& options);
Section bottlenecks_section(const Profile& profile, const OutputOptions& options);
Section plan_section(const std::vector<PlanItem>& plan, const OutputOptions& options);
Section after_section(const After& after);
Section limits_section(const Verdict& verdict, const OutputOptions& options);
// Without a verdict: only that, and why, the measurement is invalid. No blocks if there is nothing to say.
Section verdict_section(const Profile& profile, const std::optional<Verdict>& verdict);
constexpr size_t kFewNotes = 5;
Section ledger_section(const Profile& profile, size_t most_notes = kFewNotes);

}  // namespace mallocop::report
