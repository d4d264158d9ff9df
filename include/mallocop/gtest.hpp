// GoogleTest: how much may a block of code allocate?
//
//     EXPECT_NO_ALLOCATIONS { queue.push(message); }
//     EXPECT_ALLOCATIONS(Le(2)) { parse(document); }             any matcher of gmock's, or a number
//     EXPECT_ALLOCATED_BYTES(Le(2048)) { parse(document); }      as requested
//     ASSERT_…                                                   the same, and leaves the test function
//
// Counted is what the block's own thread allocates. The blocks nest: what these checks allocate themselves is not
// counted by the outer ones. A block that is left by return, break or an exception is checked too, up to there
// (ASSERT_… as EXPECT_… then); `continue` ends it like its closing brace. Run the test under the shim, `mallocop run --
// ./test`: without it each of these fails, since nothing was counted.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <sstream>
#include <string>
#include <type_traits>

#include "mallocop/mallocop.hpp"

namespace mallocop::gtest {

enum class Metric { kAllocations, kBytes };

// Of this thread, by the checks themselves: matchers and messages.
inline mallocop_totals& own_totals() {
  static thread_local mallocop_totals totals = {0, 0, 0};
  return totals;
}

// While one exists, what the thread allocates is the checks' own.
class OwnWork {
 public:
  ~OwnWork() {
    const mallocop_totals done = tally_.since();
    mallocop_totals& own = own_totals();
    own = {own.allocations + done.allocations, own.bytes + done.bytes, own.frees + done.frees};
  }

 private:
  Tally tally_;
};

template <class M>
::testing::Matcher<std::uint64_t> as_matcher(const M& wanted) {
  if constexpr (std::is_integral_v<M>) {
    return ::testing::Eq(static_cast<std::uint64_t>(wanted));
  } else {
    return ::testing::MatcherCast<std::uint64_t>(wanted);
  }
}

class Check {
 public:
  template <class M>
  Check(Metric metric, const M& wanted, const char* file, int line) : metric_(metric), file_(file), line_(line) {
    const OwnWork own;
    wanted_ = as_matcher(wanted);
    own_begin_ = own_totals();
  }
  ~Check() {
    if (is_over_) return;
    stop();
    report();
  }
  Check(const Check&) = delete;
  Check& operator=(const Check&) = delete;

  // True once: before the block. The last thing that happens before it, and the first after it, is to ask for totals.
  bool begins() {
    if (has_begun_) return stop();
    has_begun_ = true;
    own_begin_ = own_totals();
    tally_ = Tally();
    return true;
  }

  bool failed() const { return !message_.empty(); }
  const std::string& message() const { return message_; }
  // For EXPECT_…: a failure that does not end the test.
  void report() const {
    const OwnWork own;
    if (failed()) ADD_FAILURE_AT(file_, line_) << message_;
  }

 private:
  // False.
  bool stop() {
    is_over_ = true;
    const mallocop_totals all = tally_.since();
    const OwnWork own;
    if (all.allocations == Tally::kNotRecorded) {
      message_ = mallocop_active() == 0
                     ? "Nothing was counted: libmallocop.so is not preloaded. Run the test by\n"
                       "  mallocop run -- ./test\nor with LD_PRELOAD=/path/to/libmallocop.so"
                     : "Nothing was counted: mallocop does not record here (a forked child, or the trace cannot grow)";
      return false;
    }
    const mallocop_totals own_now = own_totals();
    const std::uint64_t allocations = all.allocations - (own_now.allocations - own_begin_.allocations);
    const std::uint64_t bytes = all.bytes - (own_now.bytes - own_begin_.bytes);
    const std::uint64_t frees = all.frees - (own_now.frees - own_begin_.frees);
    const std::uint64_t actual = metric_ == Metric::kAllocations ? allocations : bytes;
    if (wanted_.Matches(actual)) return false;
    std::ostringstream text;
    text << (metric_ == Metric::kAllocations ? "Allocations" : "Allocated bytes") << " of this block\nExpected: ";
    wanted_.DescribeTo(&text);
    text << "\n  Actual: " << actual << "\n          " << allocations << " allocations of " << bytes
         << " bytes in all, and " << frees << " frees";
    message_ = text.str();
    return false;
  }

  Metric metric_;
  const char* file_;
  int line_;
  ::testing::Matcher<std::uint64_t> wanted_;
  mallocop_totals own_begin_ = {0, 0, 0};
  Tally tally_;
  bool has_begun_ = false;
  bool is_over_ = false;
  std::string message_;
};

}  // namespace mallocop::gtest

// The user's block is the `else`; when it is done the loop comes back to `begins()`, which is false now. A name for
// each line, so that a block inside a block hides nothing.
#define MALLOCOP_JOIN_(first, second) first##second
#define MALLOCOP_NAME_(line) MALLOCOP_JOIN_(mallocop_check_, line)
#define MALLOCOP_CHECK_(metric, wanted, check, over)                                                    \
  for (::mallocop::gtest::Check check(::mallocop::gtest::Metric::metric, wanted, __FILE__, __LINE__);;) \
    if (!check.begins()) {                                                                              \
      over;                                                                                             \
      break;                                                                                            \
    } else
#define MALLOCOP_EXPECT_IN_(metric, wanted, check) MALLOCOP_CHECK_(metric, wanted, check, check.report())
#define MALLOCOP_ASSERT_IN_(metric, wanted, check) \
  MALLOCOP_CHECK_(metric, wanted, check, if (check.failed()) FAIL() << check.message())
#define MALLOCOP_EXPECT_(metric, wanted) MALLOCOP_EXPECT_IN_(metric, wanted, MALLOCOP_NAME_(__LINE__))
#define MALLOCOP_ASSERT_(metric, wanted) MALLOCOP_ASSERT_IN_(metric, wanted, MALLOCOP_NAME_(__LINE__))

#define EXPECT_ALLOCATIONS(wanted) MALLOCOP_EXPECT_(kAllocations, wanted)
#define EXPECT_ALLOCATED_BYTES(wanted) MALLOCOP_EXPECT_(kBytes, wanted)
#define EXPECT_NO_ALLOCATIONS MALLOCOP_EXPECT_(kAllocations, 0)
#define ASSERT_ALLOCATIONS(wanted) MALLOCOP_ASSERT_(kAllocations, wanted)
#define ASSERT_ALLOCATED_BYTES(wanted) MALLOCOP_ASSERT_(kBytes, wanted)
#define ASSERT_NO_ALLOCATIONS MALLOCOP_ASSERT_(kAllocations, 0)
