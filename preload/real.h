// The next definition of every interposed function: the real allocator.
//
// Each pointer begins as a function that looks all of them up and then calls the one that was asked for, so a hook
// never has to test. The look-up uses dlsym, which may allocate by itself: such a request, and one that comes from a
// signal handler or another thread in the same moment, is served from the early arena.
#pragma once

#include <cstddef>

namespace mallocop::preload {

struct Real {
// NOLINTNEXTLINE(bugprone-macro-parentheses): a type and a list of parameters
#define HOOK(type, name, parameters, arguments) type(*name) parameters;
#include "preload/functions.def"
};
extern Real g_real;

// Looks the functions up if that has not happened. Idempotent, any thread.
void resolve_real();

// A block of the early arena moved to a block of the real allocator's of `size` bytes; null if there is no memory.
void* move_early_block(void* block, size_t size);

}  // namespace mallocop::preload
