// What a killed process left in its companion, and companions that are not what they should be.
#include "report/trace/recovery.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <filesystem>
#include <random>

#include "report/trace/load_profile.h"
#include "tests/unit/report/trace/trace_builder.h"

namespace mallocop::report {
namespace {

using test::Bytes;
using test::LiveBuilder;
using test::TemporaryFolder;
using test::ThreadEvents;
using test::TraceBuilder;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const trace::StackNode kNodes[] = {{0x1000, 0, 0, 0}, {0x1010, 2, 0, 0}};

class RecoveryTest : public ::testing::Test {
 protected:
  // One window of two events in the trace; then three events in the ring, one of them with a stack that the trace has
  // not got.
  RecoveryTest() {
    thread_.alloc(0x10000, 100, 2).pair(0x20000, 10, 2);
    window_ = thread_.fold(2000);
    thread_.free(0x10000).alloc(0x30000, 40, 3).begin(1, 2500);
    trace_.process().simple_stacks(1).operation(1, "parse").window(window_);
  }
  Profile load() {
    trace_.write(path_);
    return load_trace(path_, LoadOptions{}).profile;
  }

  TemporaryFolder folder_;
  std::string path_ = folder_.file("t.mcop");
  ThreadEvents thread_{1};
  Bytes window_;
  TraceBuilder trace_;
};

TEST_F(RecoveryTest, EveryPublishedEventOfAKilledProcessIsCounted) {
  LiveBuilder().ring(thread_).nodes(2, kNodes).write_beside(path_);
  const Profile profile = load();
  EXPECT_FALSE(profile.measurement.valid);
  EXPECT_FALSE(profile.measurement.finished);
  EXPECT_THAT(profile.measurement.reasons, ElementsAre(HasSubstr("did not end in order")));
  EXPECT_EQ(profile.measurement.events, 6U);
  EXPECT_EQ(profile.measurement.events_recovered, 3U);
  EXPECT_EQ(profile.totals.allocations, 3U);
  EXPECT_EQ(profile.totals.frees, 2U);
  EXPECT_EQ(profile.totals.leaked_bytes, 40U);
  EXPECT_EQ(profile.totals.peak_bytes, 110U);
  EXPECT_EQ(profile.measurement.allocations_with_truncated_stack, 0U);
  EXPECT_THAT(profile.measurement.notes, ElementsAre(HasSubstr("1 calls of \"parse\" had not ended")));
}

TEST_F(RecoveryTest, WithoutItsCompanionATraceWithoutEndSaysSo) {
  const Profile profile = load();
  EXPECT_THAT(profile.measurement.reasons, ElementsAre(HasSubstr("is missing")));
  EXPECT_EQ(profile.totals.allocations, 2U);
}

TEST_F(RecoveryTest, ARingWhoseWindowIsInTheTraceAlreadyIsNotCountedTwice) {
  ThreadEvents killed_after_fold(1);
  killed_after_fold.alloc(0x10000, 100, 2).pair(0x20000, 10, 2);  // window 0, as in the trace
  LiveBuilder().ring(killed_after_fold).write_beside(path_);
  const Profile profile = load();
  EXPECT_EQ(profile.totals.allocations, 2U);
  EXPECT_EQ(profile.measurement.events_recovered, 0U);
}

TEST_F(RecoveryTest, AnOpenCallGoesOnInTheRing) {
  ThreadEvents thread(1);
  thread.begin(1, 1100).alloc(0x10000, 100, 2);
  TraceBuilder trace;
  trace.process().simple_stacks(1).operation(1, "parse").window(thread.fold(2000));
  thread.alloc(0x20000, 50, 2).end(2100);
  LiveBuilder().ring(thread).write_beside(trace.write(path_));
  const Profile profile = load_trace(path_, {}).profile;
  ASSERT_EQ(profile.operations.size(), 1U);
  EXPECT_EQ(profile.operations[0].count, 1U);
  EXPECT_EQ(profile.operations[0].bytes.total, 150U);
}

// Which stacks have a frame of the function is said nowhere: it follows from the records and from both files' nodes.
TEST_F(RecoveryTest, ARingsEntriesAreCallsOfTheirFunction) {
  const trace::StackNode inside[] = {{0x5008, 2, 0, 0}};
  ThreadEvents thread(1);
  thread.enter(1, 0x7000, 3).alloc(0x10000, 100, 3).alloc(0x20000, 50, 2).switch_to(7).alloc(0x30000, 20, 3);
  TraceBuilder trace;
  trace.process().simple_stacks(1).operation(1, "parse", trace::OperationSource::kFunction);
  trace.function({.operation = 1, .begin = 0x5000, .end = 0x5010});
  LiveBuilder().ring(thread).nodes(3, inside).write_beside(trace.write(path_));
  const Profile profile = load_trace(path_, {}).profile;
  ASSERT_EQ(profile.sites.size(), 2U);
  EXPECT_EQ(profile.sites[0].operation, 0U);
  EXPECT_EQ(profile.sites[0].bytes, 120U);
  EXPECT_EQ(profile.sites[1].operation, std::nullopt);
  EXPECT_EQ(profile.sites[1].bytes, 50U);
  ASSERT_EQ(profile.operations.size(), 1U);
  EXPECT_EQ(profile.operations[0].count, 3U);
}

TEST_F(RecoveryTest, ThreadsThatStillRanAtTheEndAreValidWithTheCompanionAndInvalidWithout) {
  trace_.end(3000, 1);
  EXPECT_THAT(load().measurement.reasons, ElementsAre(HasSubstr("is missing")));
  LiveBuilder().nodes(2, kNodes).ring(thread_).write_beside(path_);
  const Profile profile = load();
  EXPECT_TRUE(profile.measurement.valid) << profile.measurement.reasons.at(0);
  EXPECT_TRUE(profile.measurement.finished);
  EXPECT_EQ(profile.totals.allocations, 3U);
  EXPECT_THAT(profile.measurement.notes, ::testing::Contains(HasSubstr("1 threads still ran")));
}

TEST_F(RecoveryTest, ACompanionOfAnotherRunIsNotUsed) {
  trace_.end(3000);
  LiveBuilder(77).ring(thread_).write_beside(path_);
  const Profile profile = load();
  EXPECT_TRUE(profile.measurement.valid);
  EXPECT_EQ(profile.totals.allocations, 2U);
  EXPECT_THAT(profile.measurement.notes, ElementsAre(HasSubstr("belongs to another run")));
}

TEST_F(RecoveryTest, LossesThatOnlyTheCompanionKnowsMakeItInvalid) {
  LiveBuilder live;
  live.ring(thread_).header().events_dropped = 17;
  live.header().trace_cannot_grow = 28;  // ENOSPC
  live.write_beside(path_);
  const Profile profile = load();
  EXPECT_FALSE(profile.measurement.valid);
  EXPECT_EQ(profile.measurement.events_lost, 17U);
  EXPECT_THAT(profile.measurement.reasons,
              ElementsAre(HasSubstr("did not end in order"), HasSubstr("17 events"), HasSubstr("No space left")));
}

TEST_F(RecoveryTest, ImpossibleRingsAndChunksAreLeftOutAndSaid) {
  const auto problem = [&](const std::function<void(trace::RingChunk&)>& change) {
    LiveBuilder live;
    live.ring(thread_);
    change(*reinterpret_cast<trace::RingChunk*>(live.bytes().data() + trace::kLivePage));
    live.write_beside(path_);
    const Profile profile = load();
    EXPECT_FALSE(profile.measurement.valid);
    EXPECT_EQ(profile.measurement.events_recovered, 0U);
    return ::testing::PrintToString(profile.measurement.reasons);
  };
  EXPECT_THAT(problem([](auto& c) { c.ring.progress = trace::make_progress(1, 5000); }), HasSubstr("impossible state"));
  EXPECT_THAT(problem([](auto& c) { c.ring.thread_ordinal = 0; }), HasSubstr("impossible state"));
  EXPECT_THAT(problem([](auto& c) { c.ring.state[1].depth = 257; }), HasSubstr("impossible state"));
  EXPECT_THAT(problem([](auto& c) { c.header.size += 4096; }), HasSubstr("no chunk"));
  EXPECT_THAT(problem([](auto& c) { c.header.magic ^= 1; }), HasSubstr("no chunk"));
}

TEST_F(RecoveryTest, ACompanionCutAnywhereNeverCrashes) {
  LiveBuilder live;
  live.ring(thread_).ring(ThreadEvents(2).alloc(0x50000, 1, 2));
  const Bytes whole = live.bytes();
  for (size_t size = 0; size < whole.size(); size += 509) {
    live.bytes().assign(whole.begin(), whole.begin() + static_cast<ptrdiff_t>(size));
    live.write_beside(path_);
    EXPECT_FALSE(load().measurement.valid);
  }
}

TEST_F(RecoveryTest, ACompanionWithAnyBytesNeverCrashes) {
  LiveBuilder live;
  live.ring(thread_).nodes(2, kNodes);
  const Bytes whole = live.bytes();
  std::mt19937 random(42);  // NOLINT(cert-msc51-cpp): the same bytes in every run
  trace_.write(path_);
  for (int round = 0; round < 150; ++round) {
    Bytes bytes = whole;
    // Mostly in the ring's state and first events; sometimes anywhere.
    for (unsigned changes = 1 + random() % 16; changes > 0; --changes) {
      const size_t range = random() % 4 == 0 ? bytes.size() : trace::kLivePage + trace::kRingHeaderSize + 64;
      bytes[random() % range] = static_cast<uint8_t>(random());
    }
    std::memcpy(bytes.data(), whole.data(), 32);
    live.bytes() = bytes;
    live.write_beside(path_);
    EXPECT_NO_THROW(load_trace(path_, {}));
  }
}

// Every byte of the structures, and here and there in what is one like the other.
TEST_F(RecoveryTest, ACompanionCutAtAnyByteNeverGivesMoreThanItHeld) {
  LiveBuilder live;
  live.ring(thread_).nodes(2, kNodes);
  const Bytes whole = live.bytes();
  live.write_beside(path_);
  const uint64_t all = load().totals.allocations;
  ASSERT_EQ(all, 3U);
  const size_t nodes = trace::kLivePage + sizeof(trace::RingChunk);
  size_t recovered = 0;
  for (size_t size = whole.size(); size > 0; --size) {
    const auto near = [&](size_t place) { return size + 40 > place && size < place + 100; };
    const bool structure = near(0) || near(trace::kLivePage) || near(nodes) || near(whole.size()) ||
                           near(trace::kLivePage + trace::kRingHeaderSize) || near(nodes + trace::kLivePage);
    if (!structure && size % 40009 != 0) continue;
    std::filesystem::resize_file(path_ + trace::kLiveSuffix, size);
    const Profile profile = load();
    ASSERT_FALSE(profile.measurement.valid) << size;
    ASSERT_FALSE(profile.measurement.finished) << size;
    ASSERT_TRUE(profile.totals.allocations == all || profile.totals.allocations == 2) << size;
    recovered += profile.totals.allocations == all;
  }
  EXPECT_GT(recovered, 150U) << "the ring is whole in the longer ones";
}

}  // namespace
}  // namespace mallocop::report
