// What a budget, a limit, a forbidden frame or a baseline says about a Profile: the verdict, as plain data.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
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

// What one function of the user's contributes to a metric, beside what it did in the baseline. Both are per call, or of
// the whole process.
struct SiteChange {
  // kUnlisted: the baseline keeps only its largest functions, and this one is not among them: new, or small before.
  enum class Kind { kNew, kUnlisted, kMore, kLess, kGone };
  Kind kind = Kind::kNew;
  std::string function;  // whole name
  Rational before;
  Rational now;
  std::vector<size_t> sites;  // indices into Profile::sites, worst first; none if it is gone
};

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
  // Of a baseline's, for allocs and bytes: the new ones first, then those that grew most, then the others.
  std::vector<SiteChange> changes = {};
};

// One limit that was compared, whether it held or not. Texts are those of a Violation.
struct Compared {
  std::string operation;
  std::string metric;
  std::string statistic;
  std::string limit;
  std::string actual;
  std::string source;
  std::optional<size_t> violation;  // index into Verdict::violations; none: kept
};

struct Verdict {
  ExitStatus status = ExitStatus::kOk;
  std::vector<Violation> violations;
  std::vector<Compared> compared;       // in the order of the budget file, the options, the baseline
  std::vector<std::string> invalid;     // why there is no verdict (status 6), the ledger's reasons among them
  std::vector<std::string> suppressed;  // allowed by [[allow]]: what and why
  std::vector<std::string> notes;       // what a reader should know: an entry that expired, an operation that is new
  std::string patch;                    // --strict: a unified diff that brings the baseline's file up to date

  // Adds to `compared`, and to `violations` too if the limit did not hold.
  void add(Violation outcome, bool held);
};

}  // namespace mallocop::report
