#include "tests/exactness/other_stacks.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mman.h>

#include <utility>

namespace mallocop::exactness {
namespace {
thread_local void* t_spare = nullptr;
}

OtherStacks::OtherStacks(void* spare_end) {
  memory_ = mmap(nullptr, 2 * kSize, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  EXPECT_NE(memory_, MAP_FAILED);
  stack_t stack{};
  stack.ss_sp = memory_;
  stack.ss_size = kSize;
  EXPECT_EQ(sigaltstack(&stack, nullptr), 0);
  t_spare = spare_end != nullptr ? spare_end : static_cast<char*>(memory_) + 2 * kSize;
}

OtherStacks::~OtherStacks() {
  stack_t none{};
  none.ss_flags = SS_DISABLE;
  sigaltstack(&none, nullptr);
  munmap(memory_, 2 * kSize);
  t_spare = nullptr;
}

void* take_spare_stack() { return std::exchange(t_spare, nullptr); }
void give_back_spare_stack(void* end) { t_spare = end; }

}  // namespace mallocop::exactness
