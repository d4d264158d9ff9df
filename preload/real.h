// The next definition of every interposed function: the real allocator.
//
// Each pointer begins as a function that looks all of them up and then calls the one that was asked for, so a hook
// never has to test. The look-up uses dlsym, which may allocate by itself: such a request, and one that comes from a
// signal handler or another thread in the same moment, is served from the early arena.
#pragma once

#include <cstddef>
#include <cstdint>

namespace mallocop::preload {

inline constexpr uintptr_t kLargestLibrary = 1U << 21;  // bytes; no library is mapped that low

struct Real {
// NOLINTNEXTLINE(bugprone-macro-parentheses): a type and a list of parameters
#define HOOK(type, name, parameters, arguments) type(*name) parameters;
#include "preload/functions.def"
};
[[gnu::visibility("hidden")]] extern Real g_real;

// What stands in for them while they are looked up: the early arena.
// NOLINTNEXTLINE(bugprone-macro-parentheses): as above
#define HOOK(type, name, parameters, arguments) type early_##name parameters;
#include "preload/functions.def"

// False while the dynamic linker has not relocated this library: then the pointers above are null or as the linker
// wrote them, counted from the library's beginning, and only what stands in for them may be called. That early, an
// IFUNC resolver of a library that comes behind this one may allocate; what it gets is not counted.
inline bool is_relocated() { return reinterpret_cast<uintptr_t>(g_real.malloc) >= kLargestLibrary; }

// Looks the functions up if that has not happened. Idempotent, any thread.
void resolve_real();

// What stands before the hooks of free and realloc, if another allocator, or a library that passes requests on, was
// loaded before the shim; else null. Functions that only the shim has (C23's), or that it makes of realloc, must go
// there then: their blocks are not those of the allocator behind.
struct Before {
  void (*free)(void* block);
  void* (*realloc)(void* block, size_t size);
};
extern Before g_before;

// A block of the early arena moved to a block of the real allocator's of `size` bytes; null if there is no memory.
void* move_early_block(void* block, size_t size);

}  // namespace mallocop::preload
