// One thread allocates, another frees: bench_handover PAIRS [ROUNDS]. The blocks go through a queue of 1,024.
#include <pthread.h>
#include <sched.h>

#include <array>
#include <atomic>

#include "bench/programs/descend.h"

namespace {

// One producer, one consumer. Each index is written by one of them; acquire pairs with the other's release.
class Queue {
 public:
  void push(void* block) {
    const std::uint64_t at = pushed_.load(std::memory_order_relaxed);
    while (at - popped_.load(std::memory_order_acquire) == slots_.size()) sched_yield();
    slots_[at % slots_.size()] = block;
    pushed_.store(at + 1, std::memory_order_release);
  }

  void* pop() {
    const std::uint64_t at = popped_.load(std::memory_order_relaxed);
    while (at == pushed_.load(std::memory_order_acquire)) sched_yield();
    void* const block = slots_[at % slots_.size()];
    popped_.store(at + 1, std::memory_order_release);
    return block;
  }

 private:
  std::array<void*, 1024> slots_{};
  alignas(64) std::atomic<std::uint64_t> pushed_{0};
  alignas(64) std::atomic<std::uint64_t> popped_{0};
};

Queue queue;
int last_block;  // its address ends the consumer

struct Producer {
  std::uint64_t pairs = 0;

  [[gnu::noinline]] void operator()() const {
    for (std::uint64_t i = 0; i < pairs; ++i) queue.push(std::malloc(64));
  }
};

struct Consumer {
  [[gnu::noinline]] void operator()() const {
    for (void* block = queue.pop(); block != &last_block; block = queue.pop()) std::free(block);
  }
};

void* consume(void*) {
  Consumer consumer;
  bench::descend<18>(consumer);
  return nullptr;
}

}  // namespace

int main(int argc, char** argv) {
  pthread_t consumer{};
  if (pthread_create(&consumer, nullptr, consume, nullptr) != 0) return 1;
  bench::AtDepth<22, Producer> producer{};
  bench::run_rounds(bench::arguments(argc, argv, 1), producer);
  queue.push(&last_block);
  pthread_join(consumer, nullptr);
}
