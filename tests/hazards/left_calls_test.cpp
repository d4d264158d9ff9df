// Calls that an exception, a longjmp, a cancellation or a thread's end leaves open are ended by the call around them;
// other calls and other threads are not touched. Fibers are the limit.
#include <gmock/gmock.h>

#include "tests/support/measured.h"

namespace mallocop::test {
namespace {

class LeftCalls : public Integration {};

TEST_F(LeftCalls, EndWithTheCallAroundThem) {
  const Command command = {.words = {program("leaves_calls")}};
  ASSERT_EQ(bare(command).status, 0);
  const Measured measured = measure(command);
  ASSERT_EQ(measured.host.status, 0) << measured.host.err;
  ASSERT_TRUE(measured.valid()) << measured.reporter.out;
  EXPECT_EQ(measured.operation("around exceptions")["count"], 1000);
  EXPECT_EQ(measured.total_of("around exceptions", "bytes"), 1000U * (10 + 20));
  EXPECT_EQ(measured.total_of("left by exception", "bytes"), 4000U * 40 + 1000U * 132) << "and the exceptions";
  EXPECT_EQ(measured.operation("scoped")["count"], 1000);
  // Behind a longjmp nothing has ended the calls that it left: what comes next is the innermost one's.
  EXPECT_EQ(measured.operation("around longjmps")["count"], 1000);
  EXPECT_EQ(measured.total_of("around longjmps", "bytes"), 1000U * 10);
  EXPECT_EQ(measured.total_of("left by longjmp", "bytes"), 4000U * 40 + 1000U * 20);
  EXPECT_EQ(measured.operation("left by exception")["count"], 4000);
  EXPECT_EQ(measured.operation("left by longjmp")["count"], 4000);
  EXPECT_EQ(measured.operation("undisturbed")["count"], 1000);
  const Json& undisturbed = measured.operation("undisturbed")["allocations"]["per_op"];
  EXPECT_EQ(undisturbed["min"], 2);
  EXPECT_EQ(undisturbed["max"], 2);
  EXPECT_EQ(measured.operation("ends with its thread")["count"], 50);
  EXPECT_EQ(measured.total_of("ends with its thread", "bytes"), 50U * 70U);
  EXPECT_EQ(measured.total_of("never ended", "bytes"), 50U * 80U);
}

TEST_F(LeftCalls, FibersThatTakeTurnsInsideEachOthersCallsAreExact) {
  const Measured measured = measure({.words = {program("fibers"), "nested"}});
  ASSERT_EQ(measured.host.status, 0);
  ASSERT_TRUE(measured.valid()) << measured.reporter.out;
  EXPECT_EQ(measured.operation("first")["count"], 500);
  EXPECT_EQ(measured.operation("second")["count"], 500);
  EXPECT_EQ(measured.total_of("first", "bytes"), 500U * 21U);
  EXPECT_EQ(measured.total_of("second", "bytes"), 500U * 41U);
}

// A thread's calls nest. Where fibers break that it is counted, and said.
TEST_F(LeftCalls, FibersThatKeepCallsOpenAcrossTurnsAreNotTakenForExact) {
  const Measured measured = measure({.words = {program("fibers"), "crossed"}});
  ASSERT_EQ(measured.host.status, 0);
  ASSERT_TRUE(measured.report.is_object()) << measured.reporter.err;
  EXPECT_EQ(measured.operation("first")["count"], 500);
  EXPECT_FALSE(measured.valid());
  EXPECT_EQ(measured.reporter.status, 6);
  EXPECT_THAT(measured.report["measurement"]["reasons"].dump(),
              testing::HasSubstr("ended 500 times where it was not open"));
}

}  // namespace
}  // namespace mallocop::test
