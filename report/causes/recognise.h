// From a stack to a row of the table.
#pragma once

#include <string>

#include "report/causes/cause_table.h"
#include "report/model/profile.h"

namespace mallocop::report {

struct Recognised {
  const Cause* cause = nullptr;   // null: unknown
  std::string type;               // "std::vector<int>": the class of the function that told; may be empty
  bool needs_debug_info = false;  // unknown only because calls that were inlined cannot be seen
};

// Looks at the frames between the allocation and the user's own code (Site::location). Where inlining may hide what
// really allocates, and there is no debug information to show it, the answer is unknown.
Recognised recognise(const Stack& stack, const Site& site);

}  // namespace mallocop::report
