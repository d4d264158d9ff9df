// Work with known allocations, which tests/integration/ways_test.cpp measures in every way that there is. What each
// kind of work comes to is said here, once, for the test and for the programs that check themselves.
#pragma once

#include <cstdint>
#include <vector>

// What a thread needs for its work.
struct State {
  int calls = 0;
  std::vector<int> numbers;
};

// The operations. Nothing else is in this namespace. Not inlined: calls of a function are seen where it is entered.
namespace work {

[[gnu::noinline]] void none(State& state);
[[gnu::noinline]] void one(State& state);        // 100 bytes
[[gnu::noinline]] void three(State& state);      // 8, 16 and 24 bytes
[[gnu::noinline]] void hundredth(State& state);  // in each 100th call 64 of 40 bytes
[[gnu::noinline]] void grows(State& state);      // a vector's push_back, all calls to the same one
// 1 of 32 bytes, then the call inside if `depth` is more than 0, then `depth` more.
[[gnu::noinline]] void recurses(State& state, int depth);

}  // namespace work

// With marks: each of these functions marks its calls, with its name without namespace.
extern bool g_marks;

struct Kind {
  const char* name;
  uint64_t rounds;  // how often a thread runs it
  // In all calls of a thread.
  uint64_t calls, allocations, bytes, frees;
  // Of allocations, over the calls.
  uint64_t min, p50, p99, max, calls_with_some;
  // When a call, or a round, allocates at one of its stacks; null: never.
  const char* pattern_of_calls;
  const char* pattern_of_rounds;
};

// A hundredth of the calls is just too few for p99. Growth is at calls 1, 2, 3, 5, 9 … 513, to 1, 2, 4 … 1,024 ints,
// the last of which stay. A round of recursion is 4 calls with 4, 3, 2 and 1 allocations.
inline constexpr Kind kKinds[] = {
    {"none", 1000, 1000, 0, 0, 0, 0, 0, 0, 0, 0, nullptr, nullptr},
    {"one", 1000, 1000, 1000, 100'000, 1000, 1, 1, 1, 1, 1000, "every-op", "every-op"},
    {"three", 1000, 1000, 3000, 48'000, 3000, 3, 3, 3, 3, 1000, "every-op", "every-op"},
    {"hundredth", 1000, 1000, 640, 25'600, 640, 0, 0, 0, 64, 10, "some-ops", "some-ops"},
    {"grows", 1000, 1000, 11, 4 * 2047, 10, 0, 0, 1, 1, 11, "amortised-growth", "amortised-growth"},
    {"recurses", 250, 1000, 2500, 80'000, 2500, 1, 2, 4, 4, 1000, "some-ops", "every-op"},
};

// One round of the work; `kind` is one of kKinds.
void run_round(const Kind& kind, State& state);
