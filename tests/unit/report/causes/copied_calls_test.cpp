#include "report/causes/copied_calls.h"

#include <gtest/gtest.h>

#include "report/causes/impact.h"

namespace mallocop::report {
namespace {

class CopiedCalls : public testing::Test {
 protected:
  CopiedCalls() {
    profile_.operations.resize(2);
    for (Operation& operation : profile_.operations) operation.count = 3;
  }

  // A call in main() at `line`.
  NodeIndex call(uint32_t line = 9) { return add_node("main", line, kNoNode); }
  NodeIndex add_node(const char* function, uint32_t line, NodeIndex caller) {
    Frame frame;
    frame.function = function;
    frame.file = "work.cpp";
    frame.line = line;
    frame.address = frame.offset = 0x1000 + profile_.frames.size();
    profile_.frames.push_back(frame);
    profile_.nodes.push_back({static_cast<FrameIndex>(profile_.frames.size() - 1), 1, caller});
    return static_cast<NodeIndex>(profile_.nodes.size() - 1);
  }

  // A site in work() at line 5, called from main() at `line`.
  void add(uint64_t calls, Pattern pattern, uint32_t line = 9, size_t operation = 0) {
    add_below(call(line), calls, pattern, operation);
  }
  void add_below(NodeIndex caller, uint64_t calls, Pattern pattern, size_t operation = 0) {
    Stack stack;
    stack.node = add_node("work()", 5, caller);
    profile_.stacks.push_back(stack);
    Site site;
    site.stack = profile_.stacks.size() - 1;
    site.operation = operation;
    site.calls = site.allocations = calls;
    site.pattern = pattern;
    profile_.sites.push_back(site);
  }

  Profile profile_;
};

TEST_F(CopiedCalls, OfAnUnrolledLoopAreAddedUp) {
  add(1, Pattern::kFirstOpOnly);
  add(1, Pattern::kSomeOps);
  add(1, Pattern::kSomeOps);
  join_copied_calls(profile_);
  SiteGroup group;
  for (const Site& site : profile_.sites) {
    EXPECT_EQ(site.calls, 1U) << "of the stack alone";
    EXPECT_EQ(site.calls_at_lines, 3U);
    EXPECT_EQ(site.pattern, Pattern::kEveryOp);
    group.add(site);
  }
  EXPECT_EQ(group.calls, 3U);
  EXPECT_EQ(impact_of(group, Saving::kKept).allocations, 2U) << "the first call's remains";
}

TEST_F(CopiedCalls, InSomeCallsKeepTheirPatterns) {
  add(1, Pattern::kFirstOpOnly);
  add(1, Pattern::kSomeOps);
  join_copied_calls(profile_);
  EXPECT_EQ(profile_.sites[0].calls_at_lines, 2U);
  EXPECT_EQ(profile_.sites[0].pattern, Pattern::kFirstOpOnly);
  EXPECT_EQ(profile_.sites[1].pattern, Pattern::kSomeOps);
}

// Of a loop inside the call, which has all of the copies in it.
TEST_F(CopiedCalls, InOneCallAreNotAddedUp) {
  const NodeIndex caller = call();
  add_below(caller, 2, Pattern::kSomeOps);
  add_below(caller, 2, Pattern::kSomeOps);
  join_copied_calls(profile_);
  EXPECT_EQ(profile_.sites[0].calls_at_lines, 2U);
  EXPECT_EQ(profile_.sites[0].pattern, Pattern::kSomeOps);
}

TEST_F(CopiedCalls, InCallsThatAreCopiesThemselvesAreAddedUpOnce) {
  for (int turn = 0; turn < 3; ++turn) {
    const NodeIndex caller = call();
    add_below(caller, 1, Pattern::kSomeOps);
    add_below(caller, 1, Pattern::kSomeOps);
  }
  join_copied_calls(profile_);
  for (const Site& site : profile_.sites) {
    EXPECT_EQ(site.calls_at_lines, 3U);
    EXPECT_EQ(site.pattern, Pattern::kEveryOp);
  }
}

TEST_F(CopiedCalls, OfOtherLinesOrOperationsAreOthers) {
  add(1, Pattern::kFirstOpOnly);
  add(1, Pattern::kSomeOps, 10);
  add(1, Pattern::kSomeOps, 9, 1);
  join_copied_calls(profile_);
  for (const Site& site : profile_.sites) EXPECT_EQ(site.calls_at_lines, 1U);
}

TEST_F(CopiedCalls, WithoutLinesAreNotKnownToBeCopies) {
  add(1, Pattern::kFirstOpOnly, 0);
  add(1, Pattern::kSomeOps, 0);
  join_copied_calls(profile_);
  for (const Site& site : profile_.sites) EXPECT_EQ(site.calls_at_lines, 1U);
}

}  // namespace
}  // namespace mallocop::report
