// The marks in a process that has a table: what reaches it, and in which order.
#include <gmock/gmock.h>

#include <type_traits>

#include "fake_shim.h"
#include "mallocop/mallocop.hpp"

namespace mallocop::test {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class Marks : public ::testing::Test {
 protected:
  Marks() { take_calls(); }
  ~Marks() override { set_recording(true); }
};

TEST_F(Marks, FindTheTableOfTheProcess) { EXPECT_EQ(mallocop_active(), 1); }

TEST_F(Marks, BeginByNameAndEnd) {
  const mallocop_op op = mallocop_op_begin("parse");
  mallocop_op_end(op);
  EXPECT_THAT(take_calls(), ElementsAre("begin_named parse -> 1", "end 1"));
}

TEST_F(Marks, EndInTheOrderTheyAreEnded) {
  const mallocop_op outer = mallocop_op_begin("outer");
  const mallocop_op inner = mallocop_op_begin("inner");
  mallocop_op_end(inner);
  mallocop_op_end(outer);
  EXPECT_THAT(take_calls(), ElementsAre("begin_named outer -> 1", "begin_named inner -> 2", "end 2", "end 1"));
}

TEST_F(Marks, TellHowManyIterationsACallStoodFor) {
  mallocop_op_end_n(mallocop_op_begin("batch"), 100);
  EXPECT_THAT(take_calls(), ElementsAre("begin_named batch -> 1", "end_n 1 x 100"));
}

TEST_F(Marks, CountZeroIterationsAsOne) {
  mallocop_op_end_n(mallocop_op_begin("batch"), 0);
  EXPECT_THAT(take_calls(), ElementsAre("begin_named batch -> 1", "end_n 1 x 1"));
}

TEST_F(Marks, LookANameUpOnceWhenAskedTo) {
  const mallocop_operation parse = mallocop_operation_id("parse");
  mallocop_op_end(mallocop_op_begin_id(parse));
  mallocop_op_end(mallocop_op_begin_id(parse));
  EXPECT_THAT(take_calls(), ElementsAre("operation parse -> 1", "begin 1 -> 1", "end 1", "begin 1 -> 2", "end 2"));
}

TEST_F(Marks, EndNothingWhenNothingWasRecorded) {
  set_recording(false);
  mallocop_op_end(mallocop_op_begin("parse"));
  mallocop_op_end_n(mallocop_op_begin("parse"), 7);
  EXPECT_THAT(take_calls(), ElementsAre("begin_named parse -> 0", "begin_named parse -> 0"));
}

TEST_F(Marks, BeginNothingForAnOperationThatFoundNoRoom) {
  mallocop_op_end(mallocop_op_begin_id(mallocop_operation{0}));
  EXPECT_THAT(take_calls(), IsEmpty());
}

TEST_F(Marks, AnOperationLastsAsLongAsItsObject) {
  {
    const Operation outer{"outer"};
    const Operation inner{"inner"};
  }
  EXPECT_THAT(take_calls(), ElementsAre("begin_named outer -> 1", "begin_named inner -> 2", "end 2", "end 1"));
}

TEST_F(Marks, AnOperationMayStandForManyIterations) {
  {
    Operation op{mallocop_operation_id("batch")};
    op.iterations(64);
  }
  EXPECT_THAT(take_calls(), ElementsAre("operation batch -> 1", "begin 1 -> 1", "end_n 1 x 64"));
}

TEST_F(Marks, AnExceptionEndsTheOperation) {
  try {
    const Operation op{"throws"};
    throw 1;
  } catch (int) {
    mallocop_op_end(mallocop_op_begin("after"));
  }
  EXPECT_THAT(take_calls(), ElementsAre("begin_named throws -> 1", "end 1", "begin_named after -> 2", "end 2"));
}

TEST_F(Marks, GiveTheTotalsOfTheThreadAndOfTheProcess) {
  const mallocop_totals thread = mallocop_thread_totals();
  const mallocop_totals process = mallocop_process_totals();
  EXPECT_EQ(mallocop_recording(), 1);
  EXPECT_THAT(take_calls(), ElementsAre("thread_totals", "process_totals", "thread_totals"));
  for (const mallocop_totals& totals : {thread, process}) {
    EXPECT_EQ(totals.allocations, 7U);
    EXPECT_EQ(totals.bytes, 70U);
    EXPECT_EQ(totals.frees, 5U);
  }
}

TEST_F(Marks, SayWhenNothingIsRecorded) {
  set_recording(false);
  EXPECT_EQ(mallocop_recording(), 0);
  EXPECT_EQ(mallocop_thread_totals().allocations, 0U);
}

// The shim of another release: a table that ends before, or behind, the members that are known here.
TEST_F(Marks, UseWhatAShorterTableHas) {
  mallocop_api_v1 older = *mallocop_api();
  older.size = offsetof(mallocop_api_v1, thread_totals);
  mallocop_cached_api = &older;
  EXPECT_EQ(mallocop_active(), 1);
  EXPECT_EQ(mallocop_recording(), 0);
  EXPECT_EQ(mallocop_thread_totals().allocations, 0U);
  EXPECT_EQ(mallocop_process_totals().allocations, 0U);
  mallocop_op_end(mallocop_op_begin("parse"));
  EXPECT_THAT(take_calls(), ElementsAre("begin_named parse -> 1", "end 1"));
  mallocop_cached_api = nullptr;
}

static_assert(!std::is_copy_constructible_v<Operation> && !std::is_move_constructible_v<Operation>);
static_assert(!std::is_copy_assignable_v<Operation> && !std::is_move_assignable_v<Operation>);
static_assert(std::is_nothrow_constructible_v<Operation, const char*>);

}  // namespace
}  // namespace mallocop::test
