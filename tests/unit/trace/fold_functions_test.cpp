// Operations that are functions: an entry begins a call, the frames of a stack say whose an allocation is.
#include <gtest/gtest.h>

#include "tests/unit/trace/fold_harness.h"

namespace mallocop::trace {
namespace {

constexpr OperationId kParse = 1, kSend = 2, kMark = 3;
// Stack pointers: a caller's is higher.
constexpr uint64_t kOuter = 0x7000, kInner = 0x6f00, kInnermost = 0x6e00;
// Stacks.
constexpr StackId kInMain = 10, kInParse = 11, kInSend = 12, kInSendInParse = 13, kInParseInParse = 14,
                  kInThirdParse = 15;

class FoldFunctions : public ::testing::Test {
 protected:
  FoldFunctions() {
    thread_.has_function(kInParse, kParse, 1);
    thread_.has_function(kInSend, kSend, 1);
    thread_.has_function(kInSendInParse, kSend, 2);
    thread_.has_function(kInParseInParse, kParse, 2, 2);
    thread_.has_function(kInThirdParse, kParse, 3, 3);
  }
  void use(StackId stack, uint64_t size = 10) {
    thread_.alloc(next_, size, stack);
    thread_.free(next_);
    next_ += 0x1000;
  }
  // Of the operation's calls: how often each number of allocations, ended or not.
  std::map<uint64_t, uint64_t> calls(const Window& window, OperationId operation) {
    std::map<uint64_t, uint64_t> result;
    for (const WindowCall& call : window.calls)
      if (call.operation == operation) result[call.allocations] += call.repeat;
    return result;
  }
  uint64_t allocations_at(const Window& window, OperationId operation, StackId stack) {
    for (const WindowSite& site : window.sites)
      if (site.operation == operation && site.stack == stack) return site.allocations;
    return 0;
  }
  using Calls = std::map<uint64_t, uint64_t>;

  FoldHarness thread_;
  uint64_t next_ = 0x10000;
};

TEST_F(FoldFunctions, EachEntryIsACall) {
  for (int call = 0; call < 3; ++call) {
    thread_.enter(kParse, kOuter);
    use(kInParse);
    use(kInParse);
    use(kInMain);  // after it returned
  }
  const Window window = thread_.window();
  EXPECT_EQ(calls(window, kParse), (Calls{{2, 3}}));
  EXPECT_EQ(allocations_at(window, kParse, kInParse), 6U);
  EXPECT_EQ(allocations_at(window, kOutside, kInMain), 3U);
  EXPECT_TRUE(window.latencies.empty());
}

TEST_F(FoldFunctions, EntriesWithoutEventsAreCountedInOne) {
  for (int call = 0; call < 5000; ++call) thread_.enter(kParse, kOuter);
  EXPECT_EQ(thread_.pending(), 1U);
  const Window window = thread_.window();
  EXPECT_EQ(window.events, 5000U);
  EXPECT_EQ(calls(window, kParse), (Calls{{0, 5000}}));
  uint64_t ordered = 0;
  for (const WindowCall& call : window.calls) ordered += call.ordered && call.ends ? call.repeat : 0;
  EXPECT_GE(ordered, kOrderedCalls);
}

TEST_F(FoldFunctions, ACallGoesOnInTheNextWindow) {
  thread_.enter(kParse, kOuter);
  use(kInParse);
  Window window = thread_.window();
  ASSERT_EQ(window.calls.size(), 1U);
  EXPECT_TRUE(window.calls[0].begins);
  EXPECT_FALSE(window.calls[0].ends);
  const uint32_t level = window.calls[0].level;
  use(kInParse);
  thread_.enter(kParse, kOuter);
  window = thread_.window();
  ASSERT_EQ(window.calls.size(), 2U);
  EXPECT_FALSE(window.calls[0].begins);
  EXPECT_TRUE(window.calls[0].ends);
  EXPECT_EQ(window.calls[0].level, level);
  EXPECT_EQ(window.calls[0].allocations, 1U);
}

TEST_F(FoldFunctions, AnAllocationBelongsToTheInnermostFunction) {
  thread_.enter(kParse, kOuter);
  use(kInParse);
  thread_.enter(kSend, kInner);
  use(kInSendInParse);
  use(kInSendInParse);
  use(kInParse);  // send returned
  use(kInParse);
  const Window window = thread_.window();
  EXPECT_EQ(calls(window, kParse), (Calls{{3, 1}}));
  EXPECT_EQ(calls(window, kSend), (Calls{{2, 1}}));
}

TEST_F(FoldFunctions, CallsOfARecursionAreToldApart) {
  thread_.enter(kParse, kOuter);
  thread_.enter(kParse, kInner, 1);
  thread_.enter(kParse, kInnermost, 2);
  use(kInThirdParse);
  use(kInThirdParse);
  use(kInThirdParse);
  use(kInParseInParse);
  use(kInParseInParse);
  thread_.enter(kParse, kInnermost, 2);  // the second calls again
  use(kInThirdParse);
  use(kInParse);
  const Window window = thread_.window();
  // The outermost 1, the second 2, its first child 3, its second child 1.
  EXPECT_EQ(calls(window, kParse), (Calls{{1, 2}, {2, 1}, {3, 1}}));
}

// Further down the stack than the call before, which returned: the entry says that none is around it.
TEST_F(FoldFunctions, ALowerCallOfTheSameFunctionIsNoRecursion) {
  thread_.enter(kParse, kOuter);
  use(kInParse);
  thread_.enter(kParse, kInner);
  use(kInParse);
  use(kInParse);
  thread_.enter(kParse, kInnermost);
  thread_.enter(kParse, kOuter);
  use(kInParse);
  EXPECT_EQ(calls(thread_.window(), kParse), (Calls{{0, 1}, {1, 2}, {2, 1}}));
}

TEST_F(FoldFunctions, WhatReturnedBelowACallThatGoesOnIsClosed) {
  thread_.enter(kParse, kOuter);
  thread_.enter(kParse, kInner, 1);  // returns
  thread_.enter(kParse, kInnermost, 1);
  use(kInParseInParse);
  use(kInParse);
  use(kInParse);
  const Window window = thread_.window();
  EXPECT_EQ(calls(window, kParse), (Calls{{0, 1}, {1, 1}, {2, 1}}));
  for (const WindowCall& call : window.calls) EXPECT_EQ(call.ends, call.allocations == 0);
}

// A handler on an alternate stack that lies above.
TEST_F(FoldFunctions, ACallAroundIsOpenWhateverItsStackPointer) {
  thread_.enter(kParse, kInner);
  thread_.enter(kParse, kOuter, 1);
  use(kInParseInParse);
  use(kInParse);
  use(kInParse);
  EXPECT_EQ(calls(thread_.window(), kParse), (Calls{{1, 1}, {2, 1}}));
}

// send goes on while the calls of parse around it and below it come and go.
TEST_F(FoldFunctions, ACallIsClosedBetweenCallsOfOthers) {
  thread_.enter(kParse, kOuter);
  thread_.enter(kSend, kInner);
  thread_.enter(kParse, kInnermost);  // the first one returned
  thread_.enter(kParse, kInnermost - 0x100);
  use(kInSend);
  use(kInParse);
  EXPECT_EQ(calls(thread_.window(), kParse), (Calls{{0, 2}, {1, 1}}));
}

TEST_F(FoldFunctions, WhereNothingIsKnownOfCallsAroundTheStackPointerCounts) {
  thread_.enter(kParse, kInner, Event::kUnknownAround);
  use(kInParse);
  thread_.enter(kParse, kOuter, Event::kUnknownAround);
  use(kInParse);
  use(kInParse);
  EXPECT_EQ(calls(thread_.window(), kParse), (Calls{{1, 1}, {2, 1}}));
}

TEST_F(FoldFunctions, EntriesWithOtherCallsAroundAreCountedApart) {
  thread_.enter(kParse, kOuter);
  thread_.enter(kParse, kInner, 1);
  thread_.enter(kParse, kInner, 1);
  EXPECT_EQ(thread_.pending(), 2U);
  thread_.enter(kParse, kInner);
  EXPECT_EQ(thread_.pending(), 3U);
  EXPECT_EQ(calls(thread_.window(), kParse), (Calls{{0, 4}}));
}

TEST_F(FoldFunctions, AFrameThatWasLeftByAnExceptionIsGone) {
  thread_.enter(kParse, kOuter);
  thread_.enter(kSend, kInner);
  use(kInParse);                  // send threw
  thread_.enter(kParse, kOuter);  // so did parse
  use(kInParse);
  const Window window = thread_.window();
  EXPECT_EQ(calls(window, kParse), (Calls{{1, 2}}));
  EXPECT_EQ(calls(window, kSend), (Calls{{0, 1}}));
}

// send is called from further down than parse was: its entry does not show that parse returned, its stack does.
TEST_F(FoldFunctions, AFrameThatIsNotOnTheStackIsGone) {
  thread_.enter(kParse, kOuter);
  use(kInParse);
  thread_.enter(kSend, kInner);
  use(kInSend);
  thread_.enter(kParse, kInnermost);  // in send
  thread_.enter(kSend, kInner);
  use(kInSend);
  const Window window = thread_.window();
  EXPECT_EQ(calls(window, kParse), (Calls{{0, 1}, {1, 1}}));
  EXPECT_EQ(calls(window, kSend), (Calls{{1, 2}}));
  EXPECT_EQ(allocations_at(window, kSend, kInSend), 2U);
}

TEST_F(FoldFunctions, OneThatReturnedGetsNothingOfAnother) {
  thread_.enter(kParse, kOuter);  // returns
  thread_.enter(kParse, kInner);
  thread_.enter(kSend, kInnermost);
  use(kInSendInParse);
  const Window window = thread_.window();
  EXPECT_EQ(calls(window, kParse), (Calls{{0, 2}}));
  EXPECT_EQ(calls(window, kSend), (Calls{{1, 1}}));
}

// parse ends in a jump to send, which has no code on the stack either: the call says that parse was called.
TEST_F(FoldFunctions, OfFunctionsThatShareAFrameTheLastOwnsIt) {
  thread_.enter(kParse, kOuter);
  thread_.enter(kSend, kOuter);
  use(kInParse);
  const Window window = thread_.window();
  EXPECT_EQ(calls(window, kParse), (Calls{{0, 1}}));
  EXPECT_EQ(calls(window, kSend), (Calls{{1, 1}}));
  EXPECT_EQ(allocations_at(window, kSend, kInParse), 1U);
}

// parse was entered through a pointer and ended in a jump: it is open, and there is nothing of it on the stack.
TEST_F(FoldFunctions, BelowAnOpenCallWithoutAFrameAFunctionKeepsItsAllocations) {
  thread_.enter(kParse, kOuter);
  thread_.enter(kSend, kInner);
  use(kInSend);
  use(kInSend);
  const Window window = thread_.window();
  EXPECT_EQ(calls(window, kSend), (Calls{{2, 1}}));
  EXPECT_EQ(calls(window, kParse), (Calls{{0, 1}}));
  EXPECT_EQ(allocations_at(window, kSend, kInSend), 2U);
}

TEST_F(FoldFunctions, AMarkInsideAFunctionIsTheInnermost) {
  thread_.enter(kParse, kOuter);
  const uint32_t token = thread_.begin(kMark);
  use(kInParse);
  thread_.end(kMark, token);
  use(kInParse);
  use(kInParse);
  const Window window = thread_.window();
  EXPECT_EQ(calls(window, kMark), (Calls{{1, 1}}));
  EXPECT_EQ(calls(window, kParse), (Calls{{2, 1}}));
}

TEST_F(FoldFunctions, AFunctionInsideAMarkIsTheInnermost) {
  const uint32_t token = thread_.begin(kMark);
  thread_.enter(kParse, kOuter);
  use(kInParse);
  use(kInMain);
  use(kInMain);
  thread_.end(kMark, token);
  const Window window = thread_.window();
  EXPECT_EQ(calls(window, kMark), (Calls{{2, 1}}));
  EXPECT_EQ(calls(window, kParse), (Calls{{1, 1}}));
}

TEST_F(FoldFunctions, AFunctionWithoutAnEntryStillOwnsItsSites) {
  use(kInParse);
  const Window window = thread_.window();
  EXPECT_TRUE(window.calls.empty());
  EXPECT_EQ(allocations_at(window, kParse, kInParse), 1U);
}

TEST_F(FoldFunctions, EntriesTooDeepForAPlaceAreCounted) {
  for (uint64_t depth = 0; depth < kMaxOpenCalls + 50; ++depth) thread_.enter(kParse, kOuter - 16 * depth);
  const Window window = thread_.window();
  EXPECT_EQ(calls(window, kParse), (Calls{{0, kMaxOpenCalls + 50}}));
  EXPECT_EQ(thread_.output().calls_too_deep, 0U);
}

// A ring full of what makes most rows.
TEST_F(FoldFunctions, NoEventsMakeMoreRowsThanThereIsRoomFor) {
  while (thread_.pending() + 2 < kRingEvents) {
    const auto operation = static_cast<OperationId>(100 + thread_.pending());
    for (uint32_t entry = 0; entry < 2 * kOrderedCalls; ++entry) thread_.enter(operation, kOuter);
    thread_.enter(kSend, kOuter);
  }
  const Window window = thread_.window();
  uint64_t entries = 0;
  for (const WindowCall& call : window.calls) entries += call.repeat;
  EXPECT_EQ(entries, window.events);
}

TEST_F(FoldFunctions, ADamagedStateIsSurvived) {
  // Parents that loop, places that clash, no serials: whatever a companion may hold.
  FoldState state{};
  state.depth = kMaxOpenCalls + 7;
  for (uint32_t index = 0; index < kMaxOpenCalls; ++index) {
    const auto place = static_cast<uint16_t>(index * 7);
    const auto parent = static_cast<uint16_t>(index);
    state.open[index] = {kParse, index % 3, 0x7000, index % 2, index % 5, place, parent};
  }
  std::vector<uint64_t> memory(fold_scratch_size() / sizeof(uint64_t) + 1);
  FoldState after{};
  const Event events[] = {Event::entry(kParse, kOuter), Event::make(EventKind::kSwitch, 1, 0),
                          Event::alloc(EventKind::kAlloc, 0x1000, 8, kInParse),
                          Event::call(EventKind::kCallEnd, kParse, 1, 9)};
  FoldInput input{};
  input.events = events;
  input.count = 4;
  const FoldOutput output = fold(input, state, after, *init_fold_scratch(memory.data()));
  EXPECT_TRUE(decode_window({output.payload, output.size}).has_value());
  EXPECT_LE(after.depth, kMaxOpenCalls);
}

}  // namespace
}  // namespace mallocop::trace
