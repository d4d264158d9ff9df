#include "tests/unit/report/causes/captured_stacks.h"

#include <execinfo.h>

#include <cstddef>
#include <cstdlib>
#include <new>

namespace mallocop::report {
namespace {

constexpr size_t kMaxStacks = 64;
constexpr int kMaxDepth = 64;

struct Notes {
  size_t count = 0;
  int depth[kMaxStacks];
  void* frames[kMaxStacks][kMaxDepth];
};
Notes notes;
thread_local bool noting = false;

[[gnu::always_inline]] inline void note_stack() {
  if (!noting || notes.count == kMaxStacks) return;
  noting = false;  // backtrace() may allocate
  notes.depth[notes.count] = backtrace(notes.frames[notes.count], kMaxDepth);
  ++notes.count;
  noting = true;
}

[[gnu::always_inline]] inline void* allocate(size_t size) {
  note_stack();
  void* block = std::malloc(size);
  if (block == nullptr) throw std::bad_alloc();
  return block;
}

}  // namespace

std::vector<std::vector<void*>> stacks_of_new(void (*function)()) {
  void* first_use[1];
  backtrace(first_use, 1);
  notes.count = 0;
  noting = true;
  function();
  noting = false;
  std::vector<std::vector<void*>> stacks;
  for (size_t index = 0; index < notes.count; ++index) {
    void** frames = notes.frames[index];
    stacks.emplace_back(frames, frames + notes.depth[index]);
  }
  return stacks;
}

}  // namespace mallocop::report

void* operator new(size_t size) { return mallocop::report::allocate(size); }
void* operator new[](size_t size) { return mallocop::report::allocate(size); }
void operator delete(void* block) noexcept { std::free(block); }
void operator delete[](void* block) noexcept { std::free(block); }
void operator delete(void* block, size_t) noexcept { std::free(block); }
void operator delete[](void* block, size_t) noexcept { std::free(block); }
