// What a budget, a limit, a forbidden frame or a baseline says about a Profile: the verdict, as plain data.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "report/exit_status.h"
#include "report/model/rational.h"

namespace mallocop::report {

enum class Metric {
  kAllocs,
  kBytes,
  kFrees,
  kTemporary,
  kPeak,
  kNet,
  kLatency,
  kLeakedBytes,
  kLeakedAllocs,
  kPeakBytes
};
enum class Statistic { kMean, kMin, kP50, kP99, kMax, kTotal };

// One limit that was broken.
struct Violation {
  enum class Kind { kBudget, kForbidden, kBaseline, kBetter };
  Kind kind = Kind::kBudget;
  std::string operation;  // name; "" for the whole process
  std::string metric;     // as in a budget file: "allocs", "bytes" …; "forbidden" for --forbid
  std::string statistic;  // "mean" …; "total" for the whole process
  std::string limit;      // as a person reads it, with its unit
  std::string actual;
  std::string source;         // where the limit was written: "mallocop.toml:12", "--limit", "baseline before"
  std::vector<size_t> sites;  // indices into Profile::sites: who did it, worst first
};

struct Verdict {
  ExitStatus status = ExitStatus::kOk;
  std::vector<Violation> violations;
  std::vector<std::string> invalid;     // why there is no verdict (status 6), the ledger's reasons among them
  std::vector<std::string> suppressed;  // allowed by [[allow]]: what and why
  std::vector<std::string> notes;       // what a reader should know: an entry that expired, an operation that is new
  size_t checks = 0;                    // limits that were compared
};

}  // namespace mallocop::report
