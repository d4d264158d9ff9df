// Calls of operations: joined over windows, with batches, nesting, threads and warm-up.
#include "report/trace/calls.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "report/support/error.h"
#include "tests/unit/report/trace/trace_builder.h"

namespace mallocop::report {
namespace {

using test::ThreadEvents;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

// Operations 1 and 2 are "parse" and "send"; each stack id is a site of its own.
class Calls : public ::testing::Test {
 public:
  Calls& add(const test::Bytes& payload) {
    const auto window = trace::decode_window(payload);
    if (!window) throw std::logic_error("the fold made a window that cannot be decoded");
    std::vector<SiteNumber> sites;
    for (const auto& site : window->sites) sites.push_back(site.stack);
    calls_.add(*window, sites);
    return *this;
  }
  Operation parse() {
    calls_.finish();
    return calls_.take_operation(0, 2.0);
  }

 protected:
  uint64_t warmup_ = 0;
  OperationTable operations_{std::vector<OperationEntry>{{1, trace::OperationSource::kMark, "parse"},
                                                         {2, trace::OperationSource::kFunction, "send"}}};
  CallReplay calls_{operations_, [this](const std::string&) { return warmup_; }};
  ThreadEvents thread_{1};
};

TEST_F(Calls, EveryMetricIsCountedPerCall) {
  thread_.begin(1, 1100).alloc(0x10000, 100, 2).pair(0x20000, 50, 2).end(1150);
  thread_.begin(1, 1200).free(0x10000).end(1210);
  const Operation operation = add(thread_.fold(2000)).parse();
  EXPECT_EQ(operation.count, 2U);
  EXPECT_EQ(operation.allocations.total, 2U);
  EXPECT_EQ(operation.allocations.max, (Rational{2, 1}));
  EXPECT_EQ(operation.allocations.share, (Rational{1, 2}));
  EXPECT_EQ(operation.bytes.total, 150U);
  EXPECT_EQ(operation.frees.total, 2U);
  EXPECT_EQ(operation.frees.min, (Rational{1, 1}));
  EXPECT_EQ(operation.temporary.total, 1U);
  EXPECT_EQ(operation.peak.max, (Rational{150, 1}));
  ASSERT_TRUE(operation.latency);
  EXPECT_DOUBLE_EQ(operation.latency->max_ns, 100);
  EXPECT_DOUBLE_EQ(operation.latency->min_ns, 20);
  EXPECT_DOUBLE_EQ(operation.latency->mean_ns, 60);
}

TEST_F(Calls, WhatAnInnerCallAllocatesIsNotItsCallers) {
  thread_.begin(1, 1100).pair(0x10000, 1, 2).begin(2, 1110).pair(0x10000, 10, 3).end(1120).end(1130);
  add(thread_.fold(2000));
  EXPECT_EQ(parse().bytes.total, 1U);
  EXPECT_EQ(calls_.take_operation(1, 2.0).bytes.total, 10U);
  EXPECT_EQ(calls_.take_operation(1, 2.0).source, "function");
}

TEST_F(Calls, ACallInThreeWindowsIsOneCall) {
  thread_.begin(1, 1100).alloc(0x10000, 100, 2);
  add(thread_.fold(2000));
  thread_.alloc(0x20000, 50, 3);
  add(thread_.fold(3000));
  thread_.pair(0x30000, 70, 2).end(3100).begin(1, 3200).end(3300);
  const Operation operation = add(thread_.fold(4000)).parse();
  EXPECT_EQ(operation.count, 2U);
  EXPECT_EQ(operation.allocations.max, (Rational{3, 1}));
  EXPECT_EQ(operation.allocations.min, (Rational{0, 1}));
  EXPECT_EQ(operation.bytes.total, 220U);
  EXPECT_EQ(operation.peak.max, (Rational{220, 1}));
  EXPECT_EQ(operation.net.max, (Rational{150, 1}));
  EXPECT_EQ(calls_.calls_at(2), 1U);
  EXPECT_EQ(calls_.calls_at(3), 1U);
  EXPECT_EQ(calls_.orphans(), 0U);
}

TEST_F(Calls, NestedCallsOfOneOperationAreJoinedByLevel) {
  thread_.begin(1, 1100).alloc(0x10000, 1, 2).begin(1, 1200).alloc(0x20000, 10, 2);
  add(thread_.fold(2000));
  thread_.alloc(0x30000, 20, 2).end(2100).alloc(0x40000, 2, 2).end(2200);
  const Operation operation = add(thread_.fold(3000)).parse();
  EXPECT_EQ(operation.count, 2U);
  EXPECT_EQ(operation.bytes.min, (Rational{3, 1}));
  EXPECT_EQ(operation.bytes.max, (Rational{30, 1}));
}

TEST_F(Calls, ACallThatNeverEndedIsLeftOutAndCounted) {
  thread_.begin(1, 1100).alloc(0x10000, 100, 2);
  const Operation operation = add(thread_.fold(2000)).parse();
  EXPECT_EQ(operation.count, 0U);
  EXPECT_EQ(operation.bytes.total, 0U);
  EXPECT_EQ(calls_.unended(0), 1U);
}

TEST_F(Calls, AnEndWhosePartsAreMissingIsAnOrphan) {
  thread_.begin(1, 1100);
  thread_.fold(2000);  // not added
  thread_.alloc(0x10000, 1, 2).end(2100);
  EXPECT_EQ(add(thread_.fold(3000)).parse().count, 0U);
  EXPECT_EQ(calls_.orphans(), 1U);
}

TEST_F(Calls, ABatchGivesEachIterationItsShareButNotOfThePeak) {
  thread_.begin(1, 1100);
  for (int i = 0; i < 3; ++i) thread_.pair(0x10000, 64, 2);
  thread_.end(2100, 1000);
  const Operation operation = add(thread_.fold(3000)).parse();
  EXPECT_EQ(operation.count, 1000U);
  EXPECT_EQ(operation.allocations.mean.num, 3U);
  EXPECT_EQ(operation.allocations.mean.den, 1000U);
  EXPECT_EQ(operation.bytes.max, (Rational{192, 1000}));
  EXPECT_EQ(operation.peak.max, (Rational{64, 1}));
  EXPECT_EQ(operation.peak.mean, (Rational{64, 1}));
  EXPECT_DOUBLE_EQ(operation.latency->max_ns, 2);
  EXPECT_EQ(calls_.calls_at(2), 3U);
}

TEST_F(Calls, WarmupLeavesOutTheFirstCallsOfEachThread) {
  warmup_ = 2;
  ThreadEvents other(2);
  for (uint64_t i = 0; i < 5; ++i) thread_.begin(1, 1100 + i).pair(0x10000, 10 * (5 - i), 2).end(1101 + i);
  for (uint64_t i = 0; i < 3; ++i) other.begin(1, 1100 + i).pair(0x20000, 7, 3).end(1101 + i);
  add(thread_.fold(2000)).add(other.fold(2000));
  other.begin(1, 2100).end(2200);
  const Operation operation = add(other.fold(3000)).parse();
  EXPECT_EQ(operation.warmup, 4U);
  EXPECT_EQ(operation.count, 5U);
  EXPECT_EQ(operation.bytes.total, 30U + 20 + 10 + 7);
  EXPECT_EQ(operation.bytes.max, (Rational{30, 1}));
}

TEST_F(Calls, ABatchThatAWarmupReachesIsLeftOutWhole) {
  warmup_ = 1;
  thread_.begin(1, 1100).end(1200, 10).begin(1, 1300).end(1400, 10);
  const Operation operation = add(thread_.fold(2000)).parse();
  EXPECT_EQ(operation.warmup, 10U);
  EXPECT_EQ(operation.count, 10U);
}

TEST_F(Calls, AWarmupBehindTheOrderedCallsIsRefusedWithTheLimit) {
  warmup_ = trace::kOrderedCalls + 1;
  for (uint64_t i = 0; i < trace::kOrderedCalls + 1; ++i) thread_.begin(1, 1100).end(1101);
  try {
    add(thread_.fold(2000));
    FAIL() << "not refused";
  } catch (const Error& error) {
    EXPECT_EQ(error.status(), ExitStatus::kUsage);
    EXPECT_THAT(error.what(), HasSubstr("\"parse\""));
    EXPECT_THAT(error.what(), HasSubstr("at most 1024"));
  }
}

TEST_F(Calls, AWarmupOfAllOrderedCallsIsExact) {
  warmup_ = trace::kOrderedCalls;
  for (uint64_t i = 0; i < trace::kOrderedCalls + 10; ++i) thread_.begin(1, 1100).end(1101);
  const Operation operation = add(thread_.fold(2000)).parse();
  EXPECT_EQ(operation.warmup, 1024U);
  EXPECT_EQ(operation.count, 10U);
}

TEST_F(Calls, OperationsComeInOrderOfTheirFirstCall) {
  thread_.begin(2, 1100).end(1200).begin(1, 1300).end(1400);
  add(thread_.fold(2000));
  EXPECT_THAT(calls_.order(), ElementsAre(1U, 0U));
}

}  // namespace
}  // namespace mallocop::report
