// The marks in a process that has no table: nothing happens, and nothing of the host's is disturbed.
#include <dlfcn.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <thread>

#include "mallocop/mallocop.hpp"

namespace mallocop::test {
namespace {

TEST(MarksWithoutShim, LeaveErrnoAndDlerrorAlone) {
  mallocop_cached_api = nullptr;  // as at this file's first mark, whichever test runs first
  dlerror();
  errno = 1234;
  const mallocop_op op = mallocop_op_begin("first");
  EXPECT_EQ(errno, 1234);
  EXPECT_EQ(dlerror(), nullptr);
  EXPECT_EQ(op.call, 0U);
}

TEST(MarksWithoutShim, AreNotActive) { EXPECT_EQ(mallocop_active(), 0); }

TEST(MarksWithoutShim, BeginAndEndNothing) {
  const mallocop_op op = mallocop_op_begin("parse");
  EXPECT_EQ(op.call, 0U);
  mallocop_op_end(op);
  mallocop_op_end_n(op, 10);
  const mallocop_operation operation = mallocop_operation_id("parse");
  EXPECT_EQ(operation.id, 0U);
  EXPECT_EQ(mallocop_op_begin_id(operation).call, 0U);
  Operation scoped{"scoped"};
  scoped.iterations(3);
}

TEST(MarksWithoutShim, HaveNoTotals) {
  EXPECT_EQ(mallocop_recording(), 0);
  EXPECT_EQ(mallocop_thread_totals().allocations, 0U);
  EXPECT_EQ(mallocop_process_totals().bytes, 0U);
}

TEST(MarksWithoutShim, MayBeFirstUsedInManyThreadsAtOnce) {
  mallocop_cached_api = nullptr;
  int active[4] = {1, 1, 1, 1};
  {
    std::thread threads[4];
    for (int i = 0; i < 4; ++i) threads[i] = std::thread([&active, i] { active[i] = mallocop_active(); });
    for (std::thread& thread : threads) thread.join();
  }
  for (const int each : active) EXPECT_EQ(each, 0);
}

}  // namespace
}  // namespace mallocop::test
