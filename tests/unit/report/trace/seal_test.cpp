#include "report/trace/seal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "report/trace/load_profile.h"
#include "tests/unit/report/trace/trace_builder.h"

namespace mallocop::report {
namespace {

using namespace mallocop::test;
using ::testing::Contains;
using ::testing::HasSubstr;

// A process of one thread that allocated three blocks and freed one; the last two events are in its ring.
class SealTest : public ::testing::Test {
 protected:
  SealTest() {
    thread_.alloc(0x10000, 100, 2).alloc(0x20000, 50, 2);
    trace_.process().simple_stacks(1).window(thread_.fold(2000));
    thread_.free(0x10000).alloc(0x30000, 40, 3);
  }
  void write_companion() { LiveBuilder().nodes(3, nodes_).ring(thread_).write_beside(path_); }
  Profile load() { return load_trace(path_, LoadOptions{}).profile; }

  TemporaryFolder folder_;
  std::string path_ = folder_.file("t.mcop");
  ThreadEvents thread_{1};
  TraceBuilder trace_;
  const std::vector<trace::StackNode> nodes_ = {{0x2000, 2, 0, 0}};
};

TEST_F(SealTest, ASealedTraceIsOneFileWithEverything) {
  trace_.write(path_);
  write_companion();
  EXPECT_FALSE(load().measurement.valid);
  EXPECT_TRUE(seal_trace(path_));
  EXPECT_FALSE(std::filesystem::exists(path_ + trace::kLiveSuffix));
  const Profile profile = load();
  EXPECT_TRUE(profile.measurement.valid);
  EXPECT_TRUE(profile.measurement.finished);
  EXPECT_THAT(profile.measurement.notes, Contains(HasSubstr("_exit")));
  EXPECT_EQ(profile.totals.allocations, 3U);
  EXPECT_EQ(profile.totals.frees, 1U);
  EXPECT_EQ(profile.totals.leaked_bytes, 90U);
  EXPECT_EQ(profile.measurement.threads, 1U);
}

TEST_F(SealTest, SealingTwiceChangesNothing) {
  trace_.write(path_);
  write_companion();
  EXPECT_TRUE(seal_trace(path_));
  const auto size = std::filesystem::file_size(path_);
  EXPECT_FALSE(seal_trace(path_));
  EXPECT_EQ(std::filesystem::file_size(path_), size);
}

TEST_F(SealTest, ThreadsThatStillRanAtExitAreAdded) {
  trace_.end(3000, 1).write(path_);
  write_companion();
  EXPECT_TRUE(seal_trace(path_));
  const Profile profile = load();
  EXPECT_TRUE(profile.measurement.valid);
  EXPECT_EQ(profile.totals.allocations, 3U);
}

TEST_F(SealTest, LossesInTheCompanionStayLosses) {
  trace_.write(path_);
  LiveBuilder live;
  live.nodes(3, nodes_).ring(thread_).header().events_dropped = 17;
  live.write_beside(path_);
  EXPECT_TRUE(seal_trace(path_));
  const Profile profile = load();
  EXPECT_FALSE(profile.measurement.valid);
  EXPECT_EQ(profile.measurement.events_lost, 17U);
}

// The ring of the first thread has no time in it: nothing says that its free was not long after the allocation.
TEST_F(SealTest, ABlockThatAnotherThreadFreedIsNotLeaked) {
  ThreadEvents later(2, 5000);
  later.alloc(0x40000, 70, 2);
  thread_.free(0x40000);
  trace_.write(path_);
  LiveBuilder().nodes(3, nodes_).ring(thread_).ring(later).write_beside(path_);
  const uint64_t before = load().totals.leaked_bytes;
  EXPECT_TRUE(seal_trace(path_));
  const Profile profile = load();
  EXPECT_TRUE(profile.measurement.valid);
  EXPECT_EQ(profile.totals.leaked_bytes, 90U);
  EXPECT_EQ(profile.totals.leaked_bytes, before);
  EXPECT_EQ(profile.totals.live_allocations_unknown, 0U);
}

TEST_F(SealTest, AFinishedTraceIsLeftAlone) {
  trace_.end(3000).write(path_);
  EXPECT_FALSE(seal_trace(path_));
  EXPECT_TRUE(load().measurement.valid);
}

TEST_F(SealTest, WithoutItsCompanionNothingIsClaimed) {
  trace_.write(path_);
  EXPECT_FALSE(seal_trace(path_));
  EXPECT_FALSE(load().measurement.valid);
}

TEST_F(SealTest, ACutTraceIsNotMadeWhole) {
  Bytes cut = trace_.bytes();
  cut.resize(cut.size() - 8);
  write_file(path_, cut);
  write_companion();
  EXPECT_FALSE(seal_trace(path_));
  EXPECT_TRUE(std::filesystem::exists(path_ + trace::kLiveSuffix));
  EXPECT_FALSE(load().measurement.valid);
}

// Padding means nothing, so a file that lacks the last of it is whole.
TEST_F(SealTest, ATraceThatEndsBeforeItsPaddingKeepsWhatItsCompanionHolds) {
  trace_.operation(1, "six");  // with its head six bytes: two of padding follow
  Bytes whole = trace_.bytes();
  whole.resize(whole.size() - 2);
  write_file(path_, whole);
  write_companion();
  EXPECT_TRUE(seal_trace(path_));
  const Profile profile = load();
  EXPECT_TRUE(profile.measurement.valid);
  EXPECT_EQ(profile.totals.allocations, 3U);
  EXPECT_EQ(profile.totals.leaked_bytes, 90U);
}

TEST_F(SealTest, TheCommandNameIsThatOfTheProcessRecord) {
  trace_.write(path_);
  EXPECT_EQ(command_name_of(path_), "bench");
}

}  // namespace
}  // namespace mallocop::report
