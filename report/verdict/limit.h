// One limit, wherever it was written, and --limit, the way to write one on the command line.
#pragma once

#include <string>
#include <string_view>

#include "report/model/rational.h"
#include "report/verdict/verdict.h"

namespace mallocop::report {

// "`statistic` of `metric` is at most `most`", inclusive.
struct Limit {
  std::string operation;  // pattern; not used for the whole process
  bool whole_process = false;
  Metric metric = Metric::kAllocs;
  Statistic statistic = Statistic::kMean;  // kTotal for the whole process
  Rational most;                           // allocations, bytes or nanoseconds
  std::string source;                      // "mallocop.toml:12", "--limit 'parse:allocs<=0'"
};

// 'OP:METRIC[.STAT]<=VALUE', or 'total:METRIC<=VALUE' for the whole process. OP may hold colons and even `<=`: the last
// `<=` ends the metric and the last colon that has no colon beside it ends OP. Throws Error (kUsage).
Limit parse_limit_option(std::string_view text);

}  // namespace mallocop::report
