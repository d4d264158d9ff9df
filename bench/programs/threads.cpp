// Each thread has a loop of its own, 22 frames deep: bench_threads THREADS PAIRS [ROUNDS]. PAIRS are those of one
// thread, and a round's figure is what a pair cost the slowest of them.
#include <pthread.h>

#include <algorithm>

#include "bench/programs/descend.h"

namespace {

bench::Arguments arguments;
pthread_barrier_t barrier;

struct Thread {
  pthread_t id{};
  bench::Rounds rounds{arguments.rounds};
};

void* run(void* argument) {
  auto& self = *static_cast<Thread*>(argument);
  const std::uint64_t each = std::max<std::uint64_t>(arguments.pairs / arguments.rounds, 1);
  bench::PairLoop loop{each / 10 + 1};
  bench::descend<18>(loop);  // beneath it: this function, and the C library's start_thread and clone3
  loop.pairs = each;
  for (std::uint64_t round = 0; round < arguments.rounds; ++round) {
    pthread_barrier_wait(&barrier);
    const bench::Stopwatch watch;
    bench::descend<18>(loop);
    self.rounds.add(watch, each);
  }
  return nullptr;
}

}  // namespace

int main(int argc, char** argv) {
  arguments = bench::arguments(argc, argv, 2);
  const auto count = static_cast<unsigned>(bench::number(argv[1]));
  pthread_barrier_init(&barrier, nullptr, count);
  std::vector<Thread> threads(count);
  for (Thread& thread : threads) {
    if (pthread_create(&thread.id, nullptr, run, &thread) != 0) return 1;
  }
  for (Thread& thread : threads) pthread_join(thread.id, nullptr);
  bench::Rounds& slowest = threads.front().rounds;
  for (const Thread& thread : threads) {
    for (std::size_t i = 0; i < arguments.rounds; ++i) {
      slowest.elapsed[i] = std::max(slowest.elapsed[i], thread.rounds.elapsed[i]);
      slowest.busy[i] = std::max(slowest.busy[i], thread.rounds.busy[i]);
    }
  }
  bench::print(slowest);
}
