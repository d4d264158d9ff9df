#include "preload/real.h"

#include <dlfcn.h>
#include <errno.h>

#include <algorithm>
#include <cstring>

#include "preload/early_arena.h"
#include "preload/thread_state.h"

namespace mallocop::preload {

// --- While the look-up runs: the early arena -------------------------------------------------------------------------

// Not memcpy, nor a loop that becomes one: that is a call of another library, which may not be bound yet.
static void copy(void* to, const void* from, size_t size) {
  for (size_t index = 0; index < size; ++index) {
    static_cast<char*>(to)[index] = static_cast<const char*>(from)[index];
    asm volatile("" ::: "memory");
  }
}

void* early_malloc(size_t size) { return early_allocate(size); }
void early_free(void*) {}
void* early_calloc(size_t count, size_t size) {
  size_t bytes;
  return __builtin_mul_overflow(count, size, &bytes) ? nullptr : early_allocate(bytes);
}
void* early_realloc(void* block, size_t size) {
  void* const moved = early_allocate(size);
  if (moved != nullptr && block != nullptr && is_early_block(block))
    copy(moved, block, std::min(size, early_block_size(block)));
  return moved;
}
void* early_reallocarray(void* block, size_t count, size_t size) {
  size_t bytes;
  return __builtin_mul_overflow(count, size, &bytes) ? nullptr : early_realloc(block, bytes);
}
int early_posix_memalign(void** out, size_t alignment, size_t size) {
  *out = early_allocate(size, alignment);
  return *out == nullptr ? ENOMEM : 0;
}
void* early_aligned_alloc(size_t alignment, size_t size) { return early_allocate(size, alignment); }
void* early_memalign(size_t alignment, size_t size) { return early_allocate(size, alignment); }
void* early_valloc(size_t size) { return early_allocate(size, 4096); }
void* early_pvalloc(size_t size) { return early_allocate((size + 4095) / 4096 * 4096, 4096); }
size_t early_malloc_usable_size(void*) { return 0; }
void early_free_sized(void*, size_t) {}
void early_free_aligned_sized(void*, size_t, size_t) {}
int early_dlclose(void*) { return -1; }

namespace {

// Volatile: gcc knows dlsym as a function that does not call back into this file, and would otherwise drop the store
// before it.
volatile bool g_resolving = false;

// --- First use: look up, then do what was asked for
// --------------------------------------------------------------------

#define HOOK(type, name, parameters, arguments)     \
  type first_##name parameters {                    \
    if (g_resolving) return early_##name arguments; \
    resolve_real();                                 \
    return g_real.name arguments;                   \
  }
#include "preload/functions.def"

// --- Where the next allocator has no such function
// ----------------------------------------------------------------------

void free_sized_without(void* block, size_t) { g_real.free(block); }
void free_aligned_sized_without(void* block, size_t, size_t) { g_real.free(block); }
template <typename Function>
void look_up(Function& out, const char* name) {
  if (void* const found = dlsym(RTLD_NEXT, name); found != nullptr) out = reinterpret_cast<Function>(found);
}

}  // namespace

Real g_real = {
#define HOOK(type, name, parameters, arguments) first_##name,
#include "preload/functions.def"
};

Before g_before = {nullptr, nullptr};

void resolve_real() {
  if (g_resolving || g_real.malloc != first_malloc) return;
  g_resolving = true;
  // The dynamic linker fills thread-local storage in after it relocated everything: an IFUNC resolver finds zeros.
  if (t_thread == nullptr) t_thread = &g_inert_thread;
  Real found = {
#define HOOK(type, name, parameters, arguments) early_##name,
#include "preload/functions.def"
  };
  found.free_sized = free_sized_without;
  found.free_aligned_sized = free_aligned_sized_without;
#define HOOK(type, name, parameters, arguments) look_up(found.name, #name);
#include "preload/functions.def"
  g_real = found;
  g_resolving = false;
}

void* move_early_block(void* block, size_t size) {
  void* const moved = g_real.malloc(size);
  if (moved != nullptr) std::memcpy(moved, block, std::min(size, early_block_size(block)));
  return moved;
}

}  // namespace mallocop::preload
