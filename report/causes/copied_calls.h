// Calls that the compiler copied: of a loop that it unrolled, every turn has a return address and so stacks of its own.
//
// What is one line for a person is many sites then, each of a few calls, and nothing would be known of the calls
// together. A call of the operation mostly comes by one of the copies, so the calls of all of them add up. Where they
// come to more than there were, a loop inside the call was unrolled, and only copies further out add up.
#pragma once

#include "report/model/profile.h"

namespace mallocop::report {

// Sets Site::calls_at_lines, and the pattern of sites that together allocate in every call. Sites of frames without
// lines are left alone.
void join_copied_calls(Profile& profile);

}  // namespace mallocop::report
