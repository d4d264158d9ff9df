// How much is resident while THREADS threads exist that each made PAIRS pairs and now wait: bench_thread_memory THREADS
// PAIRS. Prints {"resident": bytes}.
#include <fcntl.h>
#include <pthread.h>
#include <unistd.h>

#include <cstring>

#include "bench/programs/bench.h"

namespace {

std::uint64_t pairs;
pthread_barrier_t worked;
pthread_barrier_t looked;

void* run(void*) {
  for (std::uint64_t i = 0; i < pairs; ++i) {
    void* const block = std::malloc(64);
    bench::use(block);
    std::free(block);
  }
  pthread_barrier_wait(&worked);
  pthread_barrier_wait(&looked);
  return nullptr;
}

// The kernel's sum over all mappings: exact, unlike the counters in /proc/self/status.
std::uint64_t resident_bytes() {
  char text[4096] = {};
  const int file = open("/proc/self/smaps_rollup", O_RDONLY | O_CLOEXEC);
  const ssize_t length = read(file, text, sizeof text - 1);
  close(file);
  const char* const line = length > 0 ? std::strstr(text, "\nRss:") : nullptr;
  if (line == nullptr) {
    std::fprintf(stderr, "cannot read /proc/self/smaps_rollup\n");
    std::exit(1);
  }
  return std::strtoull(line + std::strlen("\nRss:"), nullptr, 10) * 1024;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  const auto threads = static_cast<unsigned>(bench::number(argv[1]));
  pairs = bench::number(argv[2]);
  pthread_barrier_init(&worked, nullptr, threads + 1);
  pthread_barrier_init(&looked, nullptr, threads + 1);
  std::vector<pthread_t> ids(threads);
  for (pthread_t& id : ids) {
    if (pthread_create(&id, nullptr, run, nullptr) != 0) return 1;
  }
  pthread_barrier_wait(&worked);
  const std::uint64_t resident = resident_bytes();
  pthread_barrier_wait(&looked);
  for (const pthread_t id : ids) pthread_join(id, nullptr);
  std::printf("{\"resident\": %" PRIu64 "}\n", resident);
}
