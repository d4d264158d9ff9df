// Threads that call a recursive function, each with its first return address at another place of a page: so once it is
// the last word of one, in which the thread has not been before. Every call of work::outer makes two allocations.
// Prints how many calls there were.
#include <alloca.h>

#include <cstdio>
#include <cstdlib>
#include <thread>

namespace {

constexpr unsigned kPage = 4096;
constexpr unsigned kAlignment = 16;  // of the stack, at a call
unsigned g_calls = 0;

[[gnu::noinline]] void allocate() {
  void* volatile block = std::malloc(8);  // volatile: the compiler must not leave the pair out
  std::free(block);
}

}  // namespace

namespace work {
void outer(int levels);

[[gnu::noinline]] void inner(int levels) {
  outer(levels);
  asm volatile("" : : : "memory");  // not a jump
}

[[gnu::noinline]] void outer(int levels) {
  ++g_calls;
  allocate();
  if (levels > 0) inner(levels - 1);
  allocate();
  asm volatile("" : : : "memory");
}
}  // namespace work

namespace {

[[gnu::noinline]] void descend(unsigned bytes) {
  void* const below = alloca(kPage + bytes);
  asm volatile("" : : "r"(below) : "memory");
  work::outer(2);
  asm volatile("" : : "r"(below) : "memory");
}

}  // namespace

int main() {
  for (unsigned bytes = 0; bytes < kPage; bytes += kAlignment) std::thread(descend, bytes).join();
  std::printf("%u\n", g_calls);
}
