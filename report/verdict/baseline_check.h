// A Profile against a Baseline.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "report/model/profile.h"
#include "report/verdict/baseline.h"
#include "report/verdict/budget.h"
#include "report/verdict/verdict.h"

namespace mallocop::report {

// Where two were not measured under the same conditions: "libc is 'glibc 2.36', was 'glibc 2.31'". Empty: comparable.
// Of the baselines, fingerprint and tool_version count.
std::vector<std::string> fingerprint_differences(const Baseline& now, const Baseline& before);
std::vector<std::string> fingerprint_differences(const Profile& profile, const Baseline& baseline);

// Means of allocations and bytes are compared exactly, and those of metrics that a `regress` rule names; a worse one
// that no rule tolerates is a violation, a better one with `strict`. Where the baseline has no operations the totals of
// the process stand in for them. Suppressions do not count here: a baseline holds what was measured.
void check_baseline(const Profile& profile, const Baseline& baseline, std::span<const RegressRule> rules, bool strict,
                    Verdict& verdict);

}  // namespace mallocop::report
