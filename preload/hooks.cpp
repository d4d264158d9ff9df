// The interposed functions: each forwards to the real one and records what it did. Nothing else happens here.
//
// A hook calls the real function outside the shim's own state, so that a signal handler, a longjmp or a cancellation in
// it finds the thread as the host left it (realloc is the exception; see ReallocRecord). Results and errno are the real
// function's: recording makes system calls past errno and saves it where it cannot.
#include <errno.h>
#include <malloc.h>
#include <stdlib.h>

#include "preload/early_arena.h"
#include "preload/real.h"
#include "preload/recorder.h"

namespace mallocop::preload {
namespace {

// How many bytes a request for `count` elements is, as the real function computed it without overflow.
size_t product(size_t count, size_t size) { return count * size; }

[[gnu::always_inline]] inline void* allocated(void* block, size_t size, const CallSite& site) {
  if (block != nullptr) [[likely]]
    record_allocation(block, size, site);
  return block;
}

[[gnu::always_inline]] inline void* reallocate(void* block, size_t size, const CallSite& site) {
  if (!is_relocated()) [[unlikely]]
    return early_realloc(block, size);
  if (block == nullptr) return allocated(g_real.realloc(block, size), size, site);
  if (is_early_block(block)) [[unlikely]]
    return allocated(move_early_block(block, size), size, site);
  ReallocRecord record(block);
  void* const moved = g_real.realloc(block, size);
  record.after(moved, size, site);
  return moved;
}

}  // namespace
}  // namespace mallocop::preload

using namespace mallocop::preload;

#define EXPORT extern "C" [[gnu::visibility("default")]]

// NOLINTBEGIN(readability-inconsistent-declaration-parameter-name): the C library names them differently

EXPORT void* malloc(size_t size) noexcept {
  if (!is_relocated()) [[unlikely]]
    return early_malloc(size);
  return allocated(g_real.malloc(size), size, caller_of_hook());
}

EXPORT void free(void* block) noexcept {
  if (block == nullptr || is_early_block(block)) return;
  record_free(block);
  g_real.free(block);
}

EXPORT void* calloc(size_t count, size_t size) noexcept {
  if (!is_relocated()) [[unlikely]]
    return early_calloc(count, size);
  return allocated(g_real.calloc(count, size), product(count, size), caller_of_hook());
}

EXPORT void* realloc(void* block, size_t size) noexcept { return reallocate(block, size, caller_of_hook()); }

// Never the real reallocarray: the C library's calls realloc by its public name, which is this file's.
EXPORT void* reallocarray(void* block, size_t count, size_t size) noexcept {
  size_t bytes;
  if (__builtin_mul_overflow(count, size, &bytes)) {
    errno = ENOMEM;
    return nullptr;
  }
  if (g_before.realloc != nullptr) [[unlikely]]
    return g_before.realloc(block, bytes);
  return reallocate(block, bytes, caller_of_hook());
}

EXPORT int posix_memalign(void** out, size_t alignment, size_t size) noexcept {
  if (!is_relocated()) [[unlikely]]
    return early_posix_memalign(out, alignment, size);
  const int result = g_real.posix_memalign(out, alignment, size);
  if (result == 0 && *out != nullptr) record_allocation(*out, size, caller_of_hook());
  return result;
}

EXPORT void* aligned_alloc(size_t alignment, size_t size) noexcept {
  if (!is_relocated()) [[unlikely]]
    return early_aligned_alloc(alignment, size);
  return allocated(g_real.aligned_alloc(alignment, size), size, caller_of_hook());
}

EXPORT void* memalign(size_t alignment, size_t size) noexcept {
  if (!is_relocated()) [[unlikely]]
    return early_memalign(alignment, size);
  return allocated(g_real.memalign(alignment, size), size, caller_of_hook());
}

EXPORT void* valloc(size_t size) noexcept {
  if (!is_relocated()) [[unlikely]]
    return early_valloc(size);
  return allocated(g_real.valloc(size), size, caller_of_hook());
}

EXPORT void* pvalloc(size_t size) noexcept {
  if (!is_relocated()) [[unlikely]]
    return early_pvalloc(size);
  return allocated(g_real.pvalloc(size), size, caller_of_hook());
}

EXPORT size_t malloc_usable_size(void* block) noexcept {
  if (block != nullptr && is_early_block(block)) return early_block_size(block);
  return g_real.malloc_usable_size(block);
}

EXPORT void free_sized(void* block, size_t size) noexcept {
  if (block == nullptr || is_early_block(block)) return;
  if (g_before.free != nullptr) [[unlikely]]
    return g_before.free(block);
  record_free(block);
  g_real.free_sized(block, size);
}

EXPORT void free_aligned_sized(void* block, size_t alignment, size_t size) noexcept {
  if (block == nullptr || is_early_block(block)) return;
  if (g_before.free != nullptr) [[unlikely]]
    return g_before.free(block);
  record_free(block);
  g_real.free_aligned_sized(block, alignment, size);
}

// A library that was closed takes its return addresses with it; another may come to lie there.
EXPORT int dlclose(void* handle) noexcept {
  library_will_be_closed();
  const int result = g_real.dlclose(handle);
  library_was_closed();
  return result;
}

// NOLINTEND(readability-inconsistent-declaration-parameter-name)
