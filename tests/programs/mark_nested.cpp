// Operations inside operations in 8 threads, and calls that end by an exception. In each thread, 200 times:
// "outer" 1 of 10 bytes, in it "middle" 2 of 20, in it 3 times "inner" with 1 of 30, then "outer" again 1 of 10;
// "throws" 1 of 50 and leaves by an exception (whose own block is 1 more); after that "after" 1 of 60.
#include <cstdlib>
#include <thread>
#include <vector>

#include "mallocop/mallocop.hpp"

namespace {

void* volatile sinks[8];

struct Leave {
  char room[100];
};

void work(unsigned thread) {
  const auto use = [thread](std::size_t bytes) {
    sinks[thread] = std::malloc(bytes);
    std::free(sinks[thread]);
  };
  for (int i = 0; i < 200; ++i) {
    {
      const mallocop::Operation outer{"outer"};
      use(10);
      {
        const mallocop::Operation middle{"middle"};
        use(20);
        use(20);
        for (int j = 0; j < 3; ++j) {
          const mallocop::Operation inner{"inner"};
          use(30);
        }
      }
      use(10);
    }
    try {
      const mallocop::Operation throws{"throws"};
      use(50);
      throw Leave{};
    } catch (const Leave&) {
      const mallocop::Operation after{"after"};
      use(60);
    }
  }
}

}  // namespace

int main() {
  std::vector<std::thread> threads;
  for (unsigned i = 0; i < 8; ++i) threads.emplace_back(work, i);
  for (std::thread& thread : threads) thread.join();
}
