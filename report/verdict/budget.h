// A budget as the file says it: plain data, every piece with the place it was written at.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "report/model/rational.h"
#include "report/model/warmup.h"
#include "report/support/pattern.h"
#include "report/verdict/limit.h"

namespace mallocop::report {

// An [op."..."] section: that it is there asks for the operation to be measured, whatever it holds.
struct OperationSection {
  std::string pattern;
  std::string source;
};

// How much worse than the baseline a mean may be.
struct RegressRule {
  std::string pattern;
  Metric metric = Metric::kAllocs;
  Rational tolerance;  // 1/20 for "5%"
  std::string source;
};

// An [[allow]] entry.
struct Allowance {
  FunctionPattern stack;
  std::optional<std::string> operation;  // pattern; none: everywhere
  std::string reason;
  std::optional<std::chrono::year_month_day> expires;  // the last day on which it counts
  std::string source;
};

// scope = "process": calls of this operation count what other threads allocate meanwhile.
struct ProcessScope {
  std::string operation;  // in full
  std::string source;
};

struct Budget {
  std::string file;
  std::vector<OperationSection> operations;  // in the order of the file
  std::vector<Limit> limits;                 // in the order of the file
  std::vector<RegressRule> regress;          // by precedence
  std::vector<WarmupRule> warmup;            // by precedence
  std::vector<ProcessScope> process_scopes;  // in the order of the file
  std::vector<Allowance> allowances;         // in the order of the file
};

// Of several rules for one operation the one that names it in full goes first, then the order of the file decides.
inline bool is_whole_name(std::string_view pattern) { return pattern.find('*') == std::string_view::npos; }

}  // namespace mallocop::report
