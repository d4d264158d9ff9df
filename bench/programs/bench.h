// What the programs of this folder share: the clock, the rounds, and the one line of JSON that each prints.
//
// A program is called as PROGRAM [WHAT] PAIRS [ROUNDS]. It makes PAIRS pairs of malloc and free, cut into ROUNDS rounds
// (5 unless named), and prints what a pair cost in each of them. Before the first round it warms up, unless there is
// only one round: then the figure is that of a cold start.
#pragma once

#include <cinttypes>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <vector>

namespace bench {

// Keeps the compiler from knowing what becomes of a value, so that no pair is optimised away.
template <typename T>
inline void use(T value) {
  asm volatile("" : : "r"(value) : "memory");
}

inline double nanoseconds(clockid_t clock) {
  timespec time{};
  clock_gettime(clock, &time);
  return static_cast<double>(time.tv_sec) * 1e9 + static_cast<double>(time.tv_nsec);
}

// Elapsed and processor time of the calling thread since it was made.
class Stopwatch {
 public:
  double elapsed() const { return nanoseconds(CLOCK_MONOTONIC) - elapsed_; }
  double busy() const { return nanoseconds(CLOCK_THREAD_CPUTIME_ID) - busy_; }

 private:
  double busy_ = nanoseconds(CLOCK_THREAD_CPUTIME_ID);
  double elapsed_ = nanoseconds(CLOCK_MONOTONIC);
};

// A number from the command line, at least 1.
inline std::uint64_t number(const char* text) {
  char* end = nullptr;
  const std::uint64_t value = std::strtoull(text, &end, 10);
  if (end == text || *end != '\0' || value == 0) {
    std::fprintf(stderr, "not a number: %s\n", text);
    std::exit(2);
  }
  return value;
}

struct Arguments {
  std::uint64_t pairs = 0;
  std::uint64_t rounds = 5;
};

// PAIRS [ROUNDS] from the `first` argument on.
inline Arguments arguments(int argc, char** argv, int first) {
  if (argc <= first) {
    std::fprintf(stderr, "how many pairs?\n");
    std::exit(2);
  }
  Arguments result;
  result.pairs = number(argv[first]);
  if (argc > first + 1) result.rounds = number(argv[first + 1]);
  return result;
}

// What a pair cost, round by round: ns by the clock on the wall, and of the thread's processor time.
struct Rounds {
  std::vector<double> elapsed;
  std::vector<double> busy;

  explicit Rounds(std::size_t expected) {
    elapsed.reserve(expected);
    busy.reserve(expected);
  }

  void add(const Stopwatch& watch, std::uint64_t pairs) {
    busy.push_back(watch.busy() / static_cast<double>(pairs));
    elapsed.push_back(watch.elapsed() / static_cast<double>(pairs));
  }
};

// "NAME": [VALUE, ...]END
inline void print(const char* name, const std::vector<double>& values, const char* end) {
  std::printf("\"%s\": [", name);
  for (std::size_t i = 0; i < values.size(); ++i) std::printf("%s%.4f", i == 0 ? "" : ", ", values[i]);
  std::printf("]%s", end);
}

inline void print(const Rounds& rounds) {
  std::printf("{");
  print("ns", rounds.elapsed, ", ");
  print("cpu_ns", rounds.busy, "}\n");
}

// Calls `pairs_of(n)`, which makes n pairs, for every round, and prints the line. Has no frame of its own.
template <typename PairsOf>
[[gnu::always_inline]] inline void run_rounds(const Arguments& arguments, PairsOf& pairs_of) {
  const std::uint64_t each = arguments.pairs / arguments.rounds > 0 ? arguments.pairs / arguments.rounds : 1;
  Rounds rounds(arguments.rounds);
  if (arguments.rounds > 1) pairs_of(each / 10 + 1);
  for (std::uint64_t round = 0; round < arguments.rounds; ++round) {
    const Stopwatch watch;
    pairs_of(each);
    rounds.add(watch, each);
  }
  print(rounds);
}

}  // namespace bench
