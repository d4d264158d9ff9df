// A whole trace to a Profile: what is counted, how sites and operations come out. Counts are worked out by hand.
#include "report/trace/load_profile.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/report/trace/trace_builder.h"

namespace mallocop::report {
namespace {

using test::TemporaryFolder;
using test::ThreadEvents;
using test::TraceBuilder;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class LoadProfile : public ::testing::Test {
 protected:
  LoadedTrace load(const TraceBuilder& builder, const LoadOptions& options = {}) {
    return load_trace(builder.write(folder_.file("t.mcop")), options);
  }
  TemporaryFolder folder_;
};

TEST_F(LoadProfile, CountsWhatOneThreadDidOutsideOfOperations) {
  ThreadEvents thread(1);
  thread.pair(0x10000, 100, 2).pair(0x10000, 50, 2).alloc(0x20000, 7, 3).alloc(0x30000, 9, 3).free(0x20000);
  const auto window = thread.fold(2000);
  const Profile profile = load(TraceBuilder().process().simple_stacks(2).window(window).end(2000)).profile;

  EXPECT_TRUE(profile.measurement.valid) << profile.measurement.reasons.at(0);
  EXPECT_TRUE(profile.measurement.finished);
  EXPECT_EQ(profile.measurement.events, 7U);
  EXPECT_EQ(profile.measurement.threads, 1U);
  EXPECT_THAT(profile.measurement.notes, IsEmpty());
  EXPECT_EQ(profile.totals.allocations, 4U);
  EXPECT_EQ(profile.totals.bytes, 166U);
  EXPECT_EQ(profile.totals.frees, 3U);
  EXPECT_EQ(profile.totals.temporary, 2U);
  EXPECT_EQ(profile.totals.leaked_allocations, 1U);
  EXPECT_EQ(profile.totals.leaked_bytes, 9U);
  EXPECT_EQ(profile.totals.peak_bytes, 100U);
  ASSERT_EQ(profile.sites.size(), 2U);
  EXPECT_EQ(profile.sites[0].bytes, 150U);  // as many allocations as the other, more bytes
  EXPECT_EQ(profile.sites[0].smallest, 50U);
  EXPECT_EQ(profile.sites[0].largest, 100U);
  EXPECT_EQ(profile.sites[0].pattern, Pattern::kOutsideOps);
  EXPECT_EQ(profile.sites[0].operation, std::nullopt);
  EXPECT_EQ(profile.sites[1].leaked_bytes, 9U);
}

TEST_F(LoadProfile, TakesCommandFingerprintAndDurationFromTheTrace) {
  const Profile profile = load(TraceBuilder().process({"./bench", "--fast"}).end(501000)).profile;
  EXPECT_THAT(profile.command, ElementsAre("./bench", "--fast"));
  EXPECT_THAT(profile.fingerprint, ElementsAre(std::pair<std::string, std::string>("libc", "glibc 2.36"),
                                               std::pair<std::string, std::string>("architecture", "x86_64")));
  EXPECT_DOUBLE_EQ(profile.duration_s, 0.001);  // 500000 ticks of 2 ns
}

TEST_F(LoadProfile, BlocksOfMallocopItselfAreNeverCounted) {
  ThreadEvents thread(1);
  thread.pair(0x10000, 1000, trace::kToolStack).alloc(0x20000, 2000, trace::kToolStack).alloc(0x30000, 5, 2);
  const auto first = thread.fold(2000);
  thread.free(0x20000).free(0x30000);
  const auto second = thread.fold(3000);
  const Profile profile =
      load(TraceBuilder().process().simple_stacks(1).window(first).window(second).end(3000)).profile;
  EXPECT_EQ(profile.totals.allocations, 1U);
  EXPECT_EQ(profile.totals.bytes, 5U);
  EXPECT_EQ(profile.totals.frees, 1U);
  EXPECT_EQ(profile.totals.temporary, 1U);
  EXPECT_EQ(profile.totals.peak_bytes, 5U);
  EXPECT_EQ(profile.totals.leaked_allocations, 0U);
  EXPECT_EQ(profile.totals.live_allocations_unknown, 0U);
  EXPECT_EQ(profile.sites.size(), 1U);
}

TEST_F(LoadProfile, EqualStacksUnderTwoIdsAreOneSite) {
  const trace::StackNode nodes[] = {{0x1000, 0, 0, 0},
                                    {0x2000, 2, 0, 0},
                                    {0x1000, 0, 1, 0},
                                    {0x2000, 4, 1, 0},
                                    {0x2000, 4, 1, trace::kNodeTruncated}};
  const trace::ModuleRecord module{0, 0, 0x1000, 0x9000, "/bin/x", "id"};
  trace::ModuleRecord again = module;
  again.index = 1;
  ThreadEvents thread(1);
  thread.pair(0x10000, 1, 3).pair(0x10000, 1, 5).pair(0x10000, 1, 6);
  const auto window = thread.fold(2000);
  const LoadedTrace loaded =
      load(TraceBuilder().process().module(module).module(again).frames(2, nodes).window(window).end(2000));
  ASSERT_EQ(loaded.modules.size(), 1U);
  ASSERT_EQ(loaded.profile.sites.size(), 2U);
  EXPECT_EQ(loaded.profile.sites[0].allocations, 2U);
  EXPECT_EQ(loaded.profile.measurement.allocations_with_truncated_stack, 1U);
  const Profile& profile = loaded.profile;
  ASSERT_EQ(profile.stacks.size(), 2U);
  const NodeIndex node = profile.stacks[0].node;
  const NodeIndex caller = profile.nodes.at(node).parent;
  EXPECT_EQ(profile.nodes.at(caller).parent, kNoNode);
  const RawFrame& inner = loaded.raw_frames.at(loaded.raw_nodes.at(node));
  const RawFrame& outer = loaded.raw_frames.at(loaded.raw_nodes.at(caller));
  EXPECT_EQ(inner.address, 0x2000U);
  EXPECT_EQ(outer.address, 0x1000U);
  EXPECT_EQ(inner.module, 0U);
  const NodeIndex other = profile.stacks[1].node;
  EXPECT_EQ(loaded.raw_nodes.at(other), loaded.raw_nodes.at(node));
  EXPECT_EQ(loaded.raw_nodes.at(profile.nodes.at(other).parent), loaded.raw_nodes.at(caller));
  EXPECT_EQ(loaded.raw_frames.size(), 2U);
  EXPECT_FALSE(profile.stacks[0].truncated);
  EXPECT_TRUE(profile.stacks[1].truncated);
}

// Thirty bytes of trace for a stack of thousands of frames, which every later step walks along.
TEST_F(LoadProfile, AllStacksTogetherHaveABoundedNumberOfFrames) {
  constexpr trace::StackId kNodes = 10000, kFirstSite = 4500;
  std::vector<trace::StackNode> nodes = {{0x1000, trace::kNoParent, 0, 0}};
  for (trace::StackId id = trace::kFirstStack; nodes.size() < kNodes; ++id) nodes.push_back({0x1000, id, 0, 0});
  trace::Window window;
  window.thread_ordinal = 1;
  for (trace::StackId stack = kFirstSite; stack < kNodes; ++stack) {
    trace::WindowSite site;
    site.stack = stack;
    site.allocations = 1;
    window.sites.push_back(site);
  }
  window.events = window.sites.size();
  TraceBuilder builder;
  builder.process().frames(trace::kFirstStack, nodes).window(window).end(2000);
  const Profile profile = load(builder).profile;
  ASSERT_EQ(profile.stacks.size(), kNodes - kFirstSite);
  size_t frames = 0;
  for (const Stack& stack : profile.stacks) {
    EXPECT_TRUE(stack.truncated);
    frames += std::min(stack.depth, kNodes);
  }
  EXPECT_GT(profile.stacks.front().depth, 1000U);
  EXPECT_LT(frames, size_t{18} << 20);
}

TEST_F(LoadProfile, SitesOfAnOperationComeFirstAndAreListedByIt) {
  ThreadEvents thread(1);
  for (int i = 0; i < 5; ++i) thread.pair(0x10000, 1, 2);
  for (uint64_t i = 0; i < 2; ++i)
    thread.begin(1, 1100 + i * 100).pair(0x10000, 8, 3).pair(0x10000, 8, 3).end(1150 + i * 100);
  const auto window = thread.fold(2000);
  const Profile profile =
      load(TraceBuilder().process().simple_stacks(2).operation(1, "parse").window(window).end(2000)).profile;
  ASSERT_EQ(profile.sites.size(), 2U);
  EXPECT_EQ(profile.sites[0].operation, 0U);
  EXPECT_EQ(profile.sites[0].allocations, 4U);
  EXPECT_EQ(profile.sites[0].calls, 2U);
  EXPECT_EQ(profile.sites[0].pattern, Pattern::kEveryOp);
  EXPECT_EQ(profile.sites[1].operation, std::nullopt);
  ASSERT_EQ(profile.operations.size(), 1U);
  EXPECT_EQ(profile.operations[0].name, "parse");
  EXPECT_EQ(profile.operations[0].source, "mark");
  EXPECT_EQ(profile.operations[0].count, 2U);
  EXPECT_THAT(profile.operations[0].sites, ElementsAre(0U));
  ASSERT_TRUE(profile.operations[0].latency);
  EXPECT_DOUBLE_EQ(profile.operations[0].latency->max_ns, 100);  // 50 ticks
  EXPECT_DOUBLE_EQ(profile.operations[0].latency->throughput_per_s, 1e7);
}

TEST_F(LoadProfile, AnOperationThatWasNeverCalledIsThereWithCountZero) {
  const Profile profile = load(TraceBuilder().process().operation(1, "never").end(2000)).profile;
  ASSERT_EQ(profile.operations.size(), 1U);
  EXPECT_EQ(profile.operations[0].count, 0U);
  EXPECT_FALSE(profile.operations[0].latency);
  EXPECT_EQ(profile.operations[0].allocations.mean.den, 1U);
}

TEST_F(LoadProfile, UncertainEntriesAreThoseOfTheirOperation) {
  ThreadEvents thread(1);
  const auto window = thread.enter(1, 0x7000).enter(2, 0x6000).fold(2000);
  TraceBuilder builder;
  builder.process().simple_stacks(2).operation(1, "certain", trace::OperationSource::kFunction);
  builder.operation(2, "uncertain", trace::OperationSource::kFunction);
  for (const trace::StackId caller : {2U, 3U, 99U}) {  // the last is none
    uint8_t payload[64];
    trace::ByteWriter out(payload, sizeof payload);
    trace::encode_uncertain_entry(out, {2, caller, "'send'"});
    builder.record(trace::RecordType::kUncertainEntry, {payload, out.size()});
  }
  const LoadedTrace loaded = load(builder.window(window).end(2000));
  ASSERT_EQ(loaded.profile.operations.size(), 2U);
  EXPECT_FALSE(loaded.profile.operations[0].uncertain_entries);
  ASSERT_TRUE(loaded.profile.operations[1].uncertain_entries);
  const auto& [ends_in, callers] = *loaded.profile.operations[1].uncertain_entries;
  EXPECT_EQ(ends_in, "'send'");
  ASSERT_EQ(callers.size(), 3U);
  EXPECT_EQ(loaded.raw_frames[loaded.raw_nodes[callers[1].node]].address, 0x1010U);
  EXPECT_EQ(callers[2].node, kNoNode);
}

TEST_F(LoadProfile, OperationsComeInOrderOfFirstCallAndTwoIdsOfOneNameAreOne) {
  ThreadEvents thread(1);
  thread.begin(2, 1100).end(1200).begin(1, 1300).end(1400).begin(3, 1500).end(1600);
  const auto window = thread.fold(2000);
  const Profile profile = load(TraceBuilder()
                                   .process()
                                   .operation(1, "second")
                                   .operation(2, "first")
                                   .operation(3, "second")
                                   .window(window)
                                   .end(2000))
                              .profile;
  ASSERT_EQ(profile.operations.size(), 2U);
  EXPECT_EQ(profile.operations[0].name, "first");
  EXPECT_EQ(profile.operations[1].name, "second");
  EXPECT_EQ(profile.operations[1].count, 2U);
}

TEST_F(LoadProfile, TheFirstWarmupRuleThatMatchesCountsAndLatencySaysThatItIncludesThem) {
  ThreadEvents thread(1);
  thread.begin(1, 1100).pair(0x10000, 64, 2).end(1200);
  for (uint64_t i = 0; i < 3; ++i) thread.begin(1, 1300 + 100 * i).end(1350 + 100 * i);
  const auto window = thread.fold(2000);
  LoadOptions options;
  options.warmup = {{"other", 3}, {"pa*", 1}, {"parse", 2}};
  const Profile profile =
      load(TraceBuilder().process().simple_stacks(1).operation(1, "parse").window(window).end(2000), options).profile;
  ASSERT_EQ(profile.operations.size(), 1U);
  EXPECT_EQ(profile.operations[0].count, 3U);
  EXPECT_EQ(profile.operations[0].warmup, 1U);
  EXPECT_EQ(profile.operations[0].allocations.total, 0U);
  EXPECT_EQ(profile.totals.allocations, 1U);  // totals are of the whole process
  EXPECT_EQ(profile.sites.at(0).pattern, Pattern::kFirstOpOnly);
  EXPECT_EQ(profile.sites.at(0).calls, 0U);
  EXPECT_EQ(profile.sites.at(0).allocations, 1U);
  EXPECT_EQ(profile.sites.at(0).measured_allocations(), 0U);
  EXPECT_EQ(profile.sites.at(0).measured_bytes(), 0U);
  EXPECT_THAT(profile.measurement.notes, ElementsAre(HasSubstr("latency of \"parse\" includes its 1 warm-up calls")));
}

}  // namespace
}  // namespace mallocop::report
