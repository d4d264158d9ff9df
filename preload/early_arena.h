// Memory for those who allocate while the next allocator is still being looked up: dlsym, mostly.
//
// A block's size stands in front of it, so that realloc and malloc_usable_size can answer. Nothing is ever given back.
// When the static part is used up, more is mapped: the arena cannot run out as long as the kernel has memory.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace mallocop::preload {

// Zero-filled. Null only if the kernel has no memory. `alignment`: a power of two.
void* early_allocate(size_t size, size_t alignment = 16);

inline constexpr size_t kEarlyArenaSize = 128U << 10;
// Hidden, so that they are found without the dynamic linker's help (real.h says when that matters).
[[gnu::visibility("hidden")]] extern uint8_t g_early_arena[kEarlyArenaSize];
[[gnu::visibility("hidden")]] extern std::atomic<bool> g_early_arena_mapped_more;
bool is_mapped_early_block(const void* block);

// True for what early_allocate returned. Cheap: every free asks.
inline bool is_early_block(const void* block) {
  if (static_cast<size_t>(static_cast<const uint8_t*>(block) - g_early_arena) < kEarlyArenaSize) [[unlikely]]
    return true;
  return g_early_arena_mapped_more.load(std::memory_order_relaxed) && is_mapped_early_block(block);
}
size_t early_block_size(const void* block);

}  // namespace mallocop::preload
