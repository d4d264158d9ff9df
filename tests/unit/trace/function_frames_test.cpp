// Frames of operations' functions on stacks: of which operation, how many, and how many are around a call.
#include "trace/function_frames.h"

#include <gtest/gtest.h>

#include <vector>

namespace mallocop::trace {
namespace {

constexpr OperationId kParse = 1, kSend = 2;

class FunctionFramesTest : public testing::Test {
 protected:
  FunctionFramesTest() : entries_(kNodesPerChunk) { frames_.set_chunk(0, entries_.data()); }
  // A stack whose innermost address lies in `own`, behind a call of `called`.
  StackId stack(StackId caller, OperationId own, OperationId called = kOutside) {
    frames_.note(next_, caller, {own, called});
    return next_++;
  }
  void expect(StackId stack, FunctionFrame expected) {
    const FunctionFrame frame = frames_.of(stack);
    EXPECT_EQ(frame.operation, expected.operation);
    EXPECT_EQ(frame.depth, expected.depth);
    EXPECT_EQ(frame.same, expected.same);
  }

  std::vector<FunctionFrames::Entry> entries_;
  FunctionFrames frames_;
  StackId next_ = kFirstStack;
};

TEST_F(FunctionFramesTest, FramesAreCountedInAllAndOfTheInnermostOperation) {
  const StackId main = stack(kNoParent, kOutside);
  expect(main, {});
  const StackId parse = stack(main, kParse);
  expect(parse, {kParse, 1, 1});
  const StackId helper = stack(stack(parse, kOutside), kOutside);
  expect(helper, {kParse, 1, 1});
  const StackId send = stack(helper, kSend);
  expect(send, {kSend, 2, 1});
  expect(stack(send, kParse), {kParse, 3, 2});
  expect(stack(stack(send, kParse), kSend), {kSend, 4, 2});
}

TEST_F(FunctionFramesTest, ACallSaysWhatCodeBelowItSaysAgain) {
  const StackId main = stack(kNoParent, kOutside, kParse);
  expect(main, {kParse, 1, 1});
  const StackId parse = stack(main, kParse, kParse);
  expect(parse, {kParse, 2, 2});
  expect(stack(parse, kParse), {kParse, 2, 2});
  // Left by a jump: send has the frame, or something that is no function.
  expect(stack(parse, kSend), {kSend, 2, 1});
  expect(stack(parse, kOutside), {kParse, 2, 2});
}

TEST_F(FunctionFramesTest, TheFunctionThatIsCalledIsNotAroundItself) {
  const StackId main = stack(kNoParent, kOutside, kParse);
  EXPECT_EQ(frames_.around(kParse, main), 0U);
  const StackId once = stack(main, kParse, kParse);
  EXPECT_EQ(frames_.around(kParse, once), 1U);
  EXPECT_EQ(frames_.around(kSend, once), 0U);
  const StackId send = stack(stack(once, kParse), kSend, kParse);
  EXPECT_EQ(frames_.around(kParse, send), 2U);
  EXPECT_EQ(frames_.around(kSend, send), 1U);
  EXPECT_EQ(frames_.around(kParse, kUnknownStack), 0U);
}

TEST_F(FunctionFramesTest, OneThatWasLeftByAJumpIsAroundForAsLongAsItsFrameIsNobodyElses) {
  const StackId main = stack(kNoParent, kOutside, kParse);
  EXPECT_EQ(frames_.around(kParse, stack(main, kOutside, kParse)), 1U);
  EXPECT_EQ(frames_.around(kParse, stack(stack(main, kOutside), kOutside)), 1U);
  EXPECT_EQ(frames_.around(kParse, stack(main, kSend, kParse)), 0U);
  EXPECT_EQ(frames_.around(kSend, stack(main, kSend, kParse)), 1U);
}

TEST_F(FunctionFramesTest, TheWayOutwardsEndsInDamagedStacksToo) {
  const StackId one = stack(kNoParent, kParse);
  entries_[one].outer = one;
  EXPECT_EQ(frames_.around(kSend, one), 0U);
}

}  // namespace
}  // namespace mallocop::trace
