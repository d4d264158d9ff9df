// The exit status of every command; fixed, because people's scripts depend on it (docs/cli.md).
#pragma once

namespace mallocop::report {

enum class ExitStatus : int {
  kOk = 0,                  // ran, measured whole, within every budget
  kError = 1,               // an error of mallocop's own
  kUsage = 2,               // bad option, bad budget file, unreadable trace
  kOverBudget = 3,          // over budget, forbidden allocation, or worse than the baseline
  kBetterThanBaseline = 4,  // --strict only: the baseline should be updated
  kNoBaseline = 5,          // the baseline named does not exist
  kInvalid = 6,             // the measurement is not whole, so there is no verdict
};

}  // namespace mallocop::report
