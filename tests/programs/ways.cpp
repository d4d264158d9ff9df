// The work of ways.h, by each of some threads: ways WAY THREADS.
//   plain    and nothing else
//   marks    each call marked
//   batches  every tenth of the rounds marked as a batch
//   tally    one thread, what mallocop::Tally says of all rounds printed: NAME ALLOCATIONS BYTES FREES
//   fan-out  one marked call for each kind of work, while which all the threads do it
#include "ways.h"

#include <pthread.h>

#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <thread>
#include <vector>

#include "mallocop/mallocop.hpp"

namespace {

void run(const Kind& kind, State& state, uint64_t rounds) {
  for (uint64_t round = 0; round < rounds; ++round) run_round(kind, state);
}

void work_plainly() {
  for (const Kind& kind : kKinds) {
    State state;
    run(kind, state, kind.rounds);
  }
}

void work_in_batches() {
  for (const Kind& kind : kKinds) {
    State state;
    for (int tenth = 0; tenth < 10; ++tenth) {
      const mallocop_op batch = mallocop_op_begin(kind.name);
      run(kind, state, kind.rounds / 10);
      mallocop_op_end_n(batch, kind.rounds / 10);
    }
  }
}

void tally_work() {
  for (const Kind& kind : kKinds) {
    State state;
    const mallocop::Tally tally;
    run(kind, state, kind.rounds);
    const mallocop_totals taken = tally.since();
    std::printf("%s %" PRIu64 " %" PRIu64 " %" PRIu64 "\n", kind.name, taken.allocations, taken.bytes, taken.frees);
  }
}

template <typename Body>
void in_threads(int count, Body body) {
  std::vector<std::thread> threads;
  for (int thread = 0; thread < count; ++thread) threads.emplace_back(body);
  for (std::thread& thread : threads) thread.join();
}

// All threads meet: before the call begins, when it began, when they are done, and when it ended.
void fan_out(int count) {
  static pthread_barrier_t meeting;
  pthread_barrier_init(&meeting, nullptr, static_cast<unsigned>(count) + 1);
  const auto meet = [] { pthread_barrier_wait(&meeting); };
  std::thread leader([meet] {
    for (const Kind& kind : kKinds) {
      meet();
      {
        const mallocop::Operation call{kind.name};
        meet();
        meet();
      }
      meet();
    }
  });
  in_threads(count, [meet] {
    for (const Kind& kind : kKinds) {
      State state;
      meet();
      meet();
      run(kind, state, kind.rounds);
      meet();
      meet();
    }
  });
  leader.join();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  const std::string_view way = argv[1];
  const int threads = std::atoi(argv[2]);
  g_marks = way == "marks";
  if (way == "fan-out") {
    fan_out(threads);
  } else if (way == "tally") {
    tally_work();
  } else {
    in_threads(threads, way == "batches" ? work_in_batches : work_plainly);
  }
}
