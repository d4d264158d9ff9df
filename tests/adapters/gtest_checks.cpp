// The checks of mallocop/gtest.hpp, under the shim: exact, nested, and left in every way that a block can be left.
#include <gtest/gtest-spi.h>

#include <cstdlib>
#include <stdexcept>
#include <thread>

#include "mallocop/gtest.hpp"

namespace {

using testing::AllOf;
using testing::Eq;
using testing::Ge;
using testing::Le;

void allocate(int blocks, std::size_t size = 12) {
  for (int i = 0; i < blocks; ++i) {
    void* volatile block = std::malloc(size);
    std::free(block);
  }
}

TEST(Checks, AreExact) {
  EXPECT_ALLOCATIONS(Eq(3U)) { allocate(3); }
  EXPECT_ALLOCATIONS(3) { allocate(3); }
  EXPECT_ALLOCATIONS(AllOf(Ge(3U), Le(3U))) { allocate(3); }
  EXPECT_ALLOCATED_BYTES(36) { allocate(3); }
  EXPECT_NO_ALLOCATIONS {}
  ASSERT_ALLOCATIONS(100'000) { allocate(100'000); }
  ASSERT_ALLOCATED_BYTES(20'000'000) { allocate(1, 20'000'000); }
  ASSERT_NO_ALLOCATIONS {}
}

TEST(Checks, SayWhatTheBlockDid) {
  EXPECT_NONFATAL_FAILURE(
      EXPECT_ALLOCATIONS(Le(2U)) { allocate(3); }, "3 allocations of 36 bytes in all, and 3 frees");
  EXPECT_NONFATAL_FAILURE(
      EXPECT_ALLOCATED_BYTES(Le(35U)) { allocate(3); }, "Expected: is <= 35\n  Actual: 36\n");
  EXPECT_NONFATAL_FAILURE(
      EXPECT_NO_ALLOCATIONS { allocate(1); }, "1 allocations of 12 bytes");
}

TEST(Checks, EndTheTestIfAskedTo) {
  static bool went_on;
  went_on = false;
  EXPECT_FATAL_FAILURE(
      {
        ASSERT_ALLOCATIONS(Le(2U)) { allocate(3); }
        went_on = true;
      },
      "Expected: is <= 2");
  EXPECT_FALSE(went_on);
}

TEST(Checks, CountWhatAnInnerBlockAllocatesButNotTheCheck) {
  EXPECT_ALLOCATIONS(7) {
    allocate(1);
    EXPECT_ALLOCATIONS(AllOf(Ge(2U), Le(2U))) {
      allocate(1);
      EXPECT_ALLOCATED_BYTES(12) { allocate(1); }
    }
    for (int round = 0; round < 4; ++round) EXPECT_ALLOCATIONS(Eq(1U)) allocate(1);
  }
}

void return_from_block() {
  EXPECT_ALLOCATIONS(Le(2U)) {
    allocate(3);
    return;
  }
}

void throw_from_block() {
  EXPECT_NO_ALLOCATIONS {
    allocate(3);
    throw std::runtime_error("on the way");
  }
}

TEST(Checks, CountUpToWhereABlockIsLeft) {
  EXPECT_NONFATAL_FAILURE(return_from_block(), "3 allocations of 36 bytes");
  EXPECT_NONFATAL_FAILURE(EXPECT_THROW(throw_from_block(), std::runtime_error), "Expected: is equal to 0");
  EXPECT_NONFATAL_FAILURE(
      EXPECT_NO_ALLOCATIONS {
        allocate(1);
        if (testing::Test::HasFatalFailure()) allocate(1);
        break;
      },
      "1 allocations of 12 bytes");
  EXPECT_NONFATAL_FAILURE(
      EXPECT_NO_ALLOCATIONS {
        allocate(2);
        continue;
      },
      "2 allocations of 24 bytes");
}

TEST(Checks, AreTheirThreadsOwn) {
  std::thread other;
  int turn = 0;  // 1: the other one allocates, 2: it is done
  other = std::thread([&] {
    while (__atomic_load_n(&turn, __ATOMIC_ACQUIRE) != 1) std::this_thread::yield();
    EXPECT_ALLOCATIONS(5) { allocate(5); }
    __atomic_store_n(&turn, 2, __ATOMIC_RELEASE);
  });
  EXPECT_NO_ALLOCATIONS {
    __atomic_store_n(&turn, 1, __ATOMIC_RELEASE);
    while (__atomic_load_n(&turn, __ATOMIC_ACQUIRE) != 2) std::this_thread::yield();
  }
  other.join();
}

TEST(Checks, AreOneStatement) {
  bool reached = false;
  if (reached)
    EXPECT_NO_ALLOCATIONS allocate(1);
  else
    reached = true;
  EXPECT_TRUE(reached);
}

TEST(Tally, GivesWhatWasAllocatedSinceItWasMade) {
  allocate(2);
  const mallocop::Tally tally;
  allocate(3);
  EXPECT_EQ(tally.allocations(), 3U);
  const mallocop_totals taken = mallocop::Tally(tally).since();
  EXPECT_GE(taken.bytes, 36U);
  EXPECT_GE(taken.frees, 3U);
}

}  // namespace
