#include "preload/early_arena.h"

#include <atomic>

#include "preload/sys.h"

namespace mallocop::preload {

alignas(4096) uint8_t g_early_arena[kEarlyArenaSize];
std::atomic<bool> g_early_arena_mapped_more{false};

namespace {

std::atomic<size_t> g_used{0};

// Mapped blocks are whole mappings that begin with this; they are linked so that is_early_block can tell them.
struct MappedBlock {
  MappedBlock* next;
  size_t size;
  uint8_t* begin;
  uint8_t* end;
};
std::atomic<MappedBlock*> g_mapped{nullptr};

void* map_block(size_t size, size_t alignment) {
  const size_t whole = sizeof(MappedBlock) + sizeof(size_t) + alignment + size;
  if (whole < size) return nullptr;
  auto* const block = static_cast<MappedBlock*>(sys::map_anonymous(whole));
  if (block == nullptr) return nullptr;
  const auto first = reinterpret_cast<uintptr_t>(block + 1) + sizeof(size_t);
  auto* const user = reinterpret_cast<uint8_t*>((first + alignment - 1) & ~(alignment - 1));
  reinterpret_cast<size_t*>(user)[-1] = size;
  block->begin = user;
  block->end = user + size + 1;  // so that a block of no bytes has an address of its own
  block->next = g_mapped.load(std::memory_order_relaxed);
  // Release: whoever finds the block (the acquire load below) sees its bounds.
  while (!g_mapped.compare_exchange_weak(block->next, block, std::memory_order_release)) {
  }
  g_early_arena_mapped_more.store(true, std::memory_order_relaxed);
  return user;
}

}  // namespace

void* early_allocate(size_t size, size_t alignment) {
  if (alignment < 16) alignment = 16;
  const size_t whole = size + alignment + 16;
  if (whole < size) return nullptr;
  size_t used = g_used.load(std::memory_order_relaxed);
  do {
    if (kEarlyArenaSize - used < whole) return map_block(size, alignment);
  } while (!g_used.compare_exchange_weak(used, used + whole, std::memory_order_relaxed));
  const uintptr_t first = reinterpret_cast<uintptr_t>(g_early_arena) + used + sizeof(size_t);
  auto* const user = reinterpret_cast<uint8_t*>((first + alignment - 1) & ~(alignment - 1));
  reinterpret_cast<size_t*>(user)[-1] = size;
  return user;
}

bool is_mapped_early_block(const void* block) {
  const auto* const address = static_cast<const uint8_t*>(block);
  for (const MappedBlock* mapped = g_mapped.load(std::memory_order_acquire); mapped != nullptr; mapped = mapped->next)
    if (address >= mapped->begin && address < mapped->end) return true;
  return false;
}

size_t early_block_size(const void* block) { return static_cast<const size_t*>(block)[-1]; }

}  // namespace mallocop::preload
