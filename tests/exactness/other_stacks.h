// Stacks besides a thread's own: the alternate one of its signal handlers, and a spare one to go on with.
#pragma once

#include <cstddef>
#include <cstdint>

namespace mallocop::exactness {

// The calling thread's, from here to the end of the scope. A thread that walks has one of these.
class OtherStacks {
 public:
  static constexpr size_t kSize = size_t{2} << 20;

  // `spare_end`: the end of memory of the caller's for the spare stack; null for memory of its own.
  explicit OtherStacks(void* spare_end = nullptr);
  ~OtherStacks();
  OtherStacks(const OtherStacks&) = delete;
  OtherStacks& operator=(const OtherStacks&) = delete;

 private:
  void* memory_;
};

// The end of the calling thread's spare stack, for one user at a time; null if it is in use or there is none.
void* take_spare_stack();
void give_back_spare_stack(void* end);

}  // namespace mallocop::exactness
