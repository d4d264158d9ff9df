// Real stacks of operator new: the test program brings its own, which notes the caller's stack.
#pragma once

#include <vector>

namespace mallocop::report {

// The stacks of every operator new that this thread calls inside `function`, innermost frame first.
std::vector<std::vector<void*>> stacks_of_new(void (*function)());

}  // namespace mallocop::report
