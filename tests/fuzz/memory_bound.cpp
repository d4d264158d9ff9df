#include "tests/fuzz/memory_bound.h"

#include <cstdio>
#include <cstdlib>

#ifdef __has_feature
#if __has_feature(address_sanitizer)
#define MALLOCOP_HAS_ASAN
#endif
#endif
#ifdef __SANITIZE_ADDRESS__
#define MALLOCOP_HAS_ASAN
#endif

#ifdef MALLOCOP_HAS_ASAN
#include <sanitizer/allocator_interface.h>

namespace mallocop::fuzz {
namespace {

size_t live = 0;   // bytes allocated since the object was made; frees of older blocks are not counted
size_t limit = 0;  // 0: nothing is checked

void on_malloc(const volatile void*, size_t size) {
  if (limit == 0) return;
  live += size;
  if (live <= limit) return;
  const size_t reached = live;
  limit = 0;  // what follows may allocate
  std::fprintf(stderr, "an input costs more memory than it may: %zu bytes live\n", reached);
  std::abort();
}

void on_free(const volatile void* block) {
  if (limit == 0 || block == nullptr) return;
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-const-cast): the interface wants it so
  const size_t size = __sanitizer_get_allocated_size(const_cast<const void*>(block));
  live = live > size ? live - size : 0;
}

}  // namespace

MemoryBound::MemoryBound(size_t size, size_t factor, size_t constant) {
  static const int installed = __sanitizer_install_malloc_and_free_hooks(on_malloc, on_free);
  if (installed == 0) std::abort();
  live = 0;
  limit = constant + factor * size;
}

MemoryBound::~MemoryBound() { limit = 0; }

}  // namespace mallocop::fuzz

#else

namespace mallocop::fuzz {

MemoryBound::MemoryBound(size_t, size_t, size_t) {}
MemoryBound::~MemoryBound() = default;

}  // namespace mallocop::fuzz

#endif
