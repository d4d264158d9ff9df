// One function of a plan, before plans are written: what plan_function() and plan_symbol() make.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "report/code/module_code.h"
#include "trace/plan.h"

namespace mallocop::report {

struct Planned {
  std::string module;                // absolute path
  std::string name;                  // the operation, or what to call the function in a message
  trace::PlannedFunction function;   // texts (module, name) are filled in when the plan is written
  std::vector<AddressRange> ranges;  // the function's own code: its main part first
  std::set<std::string> ends_in;     // by a jump (a tail call): operations of these functions; "": one without a name
  std::vector<std::string> notes;    // what a reader of the figures should know: sentences with the function's name
};

// What such operations are called in a sentence; "" if there are none.
std::string describe_ends(const std::set<std::string>& ends_in);

// Either a plan or the reason why there is none.
struct Outcome {
  std::optional<Planned> planned;
  std::string reason;   // why not: "it ..."
  std::string refusal;  // the same as a sentence for a person, with the function's name, without a full stop
};

}  // namespace mallocop::report
