// One thread allocates, another frees: bench_handover PAIRS [ROUNDS]. Blocks are handed over by the 256, so that the
// figure is of allocating and freeing, not of the two threads waiting for each other.
#include <pthread.h>
#include <sched.h>

#include <algorithm>
#include <array>
#include <atomic>

#include "bench/programs/descend.h"

namespace {

struct Batch {
  std::array<void*, 256> blocks;
  std::size_t count = 0;
};

// Eight batches, one producer, one consumer. Each counter is written by one of them; acquire pairs with the other's
// release: a batch belongs to the producer until it is pushed, then to the consumer until it is popped.
class Queue {
 public:
  Batch& back() {
    while (pushed_.load(std::memory_order_relaxed) - popped_.load(std::memory_order_acquire) == slots_.size()) {
      sched_yield();
    }
    return slots_[pushed_.load(std::memory_order_relaxed) % slots_.size()];
  }
  void push() { pushed_.fetch_add(1, std::memory_order_release); }

  const Batch& front() {
    while (popped_.load(std::memory_order_relaxed) == pushed_.load(std::memory_order_acquire)) sched_yield();
    return slots_[popped_.load(std::memory_order_relaxed) % slots_.size()];
  }
  void pop() { popped_.fetch_add(1, std::memory_order_release); }

 private:
  std::array<Batch, 8> slots_{};
  alignas(64) std::atomic<std::size_t> pushed_{0};
  alignas(64) std::atomic<std::size_t> popped_{0};
};

Queue queue;

struct Producer {
  std::uint64_t pairs = 0;

  [[gnu::noinline]] void operator()() const {
    for (std::uint64_t left = pairs; left > 0;) {
      Batch& batch = queue.back();
      batch.count = std::min<std::uint64_t>(left, batch.blocks.size());
      for (std::size_t i = 0; i < batch.count; ++i) batch.blocks[i] = std::malloc(64);
      left -= batch.count;
      queue.push();
    }
  }
};

struct Consumer {
  // An empty batch ends it.
  [[gnu::noinline]] void operator()() const {
    for (;;) {
      const Batch& batch = queue.front();
      if (batch.count == 0) return;
      for (std::size_t i = 0; i < batch.count; ++i) std::free(batch.blocks[i]);
      queue.pop();
    }
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
  queue.back().count = 0;
  queue.push();
  pthread_join(consumer, nullptr);
}
