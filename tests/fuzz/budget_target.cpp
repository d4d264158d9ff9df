// What a user, or whoever sends a change, writes: the budget file with its suppressions (TOML), or one --limit.
#include <algorithm>

#include "report/support/error.h"
#include "report/verdict/budget_file.h"
#include "report/verdict/limit_check.h"
#include "report/verdict/suppressions.h"
#include "tests/fuzz/memory_bound.h"
#include "tests/fuzz/small_measurement.h"
#include "tests/fuzz/target.h"

namespace mallocop::fuzz {
namespace {

void apply(const report::Budget& budget) {
  report::ReportInput input = small_measurement();
  report::Verdict& verdict = *input.verdict;
  const std::chrono::year_month_day today = std::chrono::year(2027) / 6 / 30;
  const report::Suppressions suppressions(input.profile, budget.allowances, today);
  report::check_limits(input.profile, budget.operations, budget.limits, suppressions, verdict);
  verdict.suppressed = suppressions.used();
  verdict.notes.insert(verdict.notes.end(), suppressions.expired().begin(), suppressions.expired().end());
  verdict.notes.insert(verdict.notes.end(), suppressions.useless().begin(), suppressions.useless().end());
  check_outputs(input, {});
}

report::Budget budget_of(std::string_view text) {
  try {
    report::Budget budget;
    budget.limits.push_back(report::parse_limit_option(text));
    return budget;
  } catch (const report::Error&) {
    return report::parse_budget(text, "mallocop.toml");
  }
}

}  // namespace
}  // namespace mallocop::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace mallocop;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const fuzz::MemoryBound bound(size, 1024, size_t{1} << 20);
  try {
    fuzz::apply(fuzz::budget_of(text));
  } catch (const report::Error& error) {
    fuzz::expect(error.status() == report::ExitStatus::kUsage, "what cannot be understood is an error of usage");
  }
  return 0;
}
