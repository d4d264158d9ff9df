// Whether the process's allocations pass the hooks. Where they do not, nothing must be reported as if they did.
//
// All of this is for the constructor: it walks the dynamic linker's list, so no other thread may run.
#pragma once

#include <string_view>

namespace mallocop::preload {

// The first definition of a hooked function, if it is not the hook: another preloaded library or the program itself
// stands before the shim. Null if there is none.
void* definition_before_hook_of(const char* function);

// The file of the first object that stands before the shim with any allocation function; "" if none does.
std::string_view object_before_hooks();

// The operator new of libstdc++, and that of most programs, calls malloc, and so passes the hooks. jemalloc, mimalloc
// and tcmalloc bring one that does not: it takes its blocks where their malloc does. The file of such an allocator, if
// code that is there from the start uses its operator new; else "".
std::string_view allocator_with_operator_new(const void* real_malloc);

}  // namespace mallocop::preload
