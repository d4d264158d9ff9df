#include "report/verdict/verdict.h"

#include <utility>

namespace mallocop::report {

void Verdict::add(Violation outcome, bool held) {
  compared.push_back({.operation = outcome.operation,
                      .metric = outcome.metric,
                      .statistic = outcome.statistic,
                      .limit = outcome.limit,
                      .actual = outcome.actual,
                      .source = outcome.source,
                      .violation = held ? std::nullopt : std::optional(violations.size())});
  if (!held) violations.push_back(std::move(outcome));
}

}  // namespace mallocop::report
