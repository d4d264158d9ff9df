// What makes a measurement invalid, what is only a note, and that a person can tell why.
#include "report/trace/ledger.h"

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

class LedgerTest : public ::testing::Test {
 protected:
  Measurement measurement_of(const TraceBuilder& trace) {
    return load_trace(trace.write(folder_.file("t.mcop")), {}).profile.measurement;
  }
  Measurement with_loss(trace::LossReason reason, uint64_t count, std::string_view detail = "") {
    return measurement_of(TraceBuilder().process().loss({reason, count, detail}).end(2000));
  }
  test::Bytes some_window() { return ThreadEvents(1).pair(0x10000, 8, 2).fold(2000); }
  TemporaryFolder folder_;
};

TEST_F(LedgerTest, AWholeTraceHasNeitherReasonsNorNotes) {
  const Measurement result = measurement_of(TraceBuilder().process().simple_stacks(1).window(some_window()).end(2000));
  EXPECT_TRUE(result.valid);
  EXPECT_THAT(result.reasons, IsEmpty());
  EXPECT_THAT(result.notes, IsEmpty());
}

TEST_F(LedgerTest, LostEventsAreCountedAndInvalid) {
  EXPECT_EQ(with_loss(trace::LossReason::kEventsDropped, 12).events_lost, 12U);
  EXPECT_EQ(with_loss(trace::LossReason::kThreadsUntracked, 5).events_lost, 5U);
  using enum trace::LossReason;
  for (const auto reason :
       {kEventsDropped, kThreadsUntracked, kTraceCannotGrow, kNotInterposed, kCallsTooDeep, kUnmatchedCallEnds}) {
    const Measurement result = with_loss(reason, 3, "why");
    EXPECT_FALSE(result.valid);
    EXPECT_EQ(result.reasons.size(), 1U);
  }
}

TEST_F(LedgerTest, TheDetailOfALossIsShown) {
  EXPECT_THAT(with_loss(trace::LossReason::kTraceCannotGrow, 0, "No space left on device").reasons,
              ElementsAre(HasSubstr("(No space left on device)")));
}

TEST_F(LedgerTest, ALossOfAKindFromTheFutureIsInvalid) {
  EXPECT_THAT(with_loss(static_cast<trace::LossReason>(99), 1).reasons, ElementsAre(HasSubstr("number 99")));
}

TEST_F(LedgerTest, AMissingUnwinderIsANote) {
  const Measurement result = with_loss(trace::LossReason::kEngineMissing, 0);
  EXPECT_TRUE(result.valid);
  EXPECT_THAT(result.notes, ElementsAre(HasSubstr("one frame")));
}

TEST_F(LedgerTest, AFunctionThatCouldNotBeCountedIsInvalid) {
  EXPECT_THAT(with_loss(trace::LossReason::kNotDetoured, 0, "parse: no memory near it").reasons,
              ElementsAre("the calls of a function could not be counted (parse: no memory near it)"));
}

TEST_F(LedgerTest, CountsOfTheEndRecordMustMatch) {
  TraceBuilder whole;
  whole.process().simple_stacks(1).window(some_window());
  const auto end = static_cast<ptrdiff_t>(whole.bytes().size());
  whole.end(2000);
  test::Bytes bytes = TraceBuilder().process().simple_stacks(1).bytes();
  bytes.insert(bytes.end(), whole.bytes().begin() + end, whole.bytes().end());
  const std::string path = folder_.file("t.mcop");
  test::write_file(path, bytes);
  EXPECT_THAT(load_trace(path, {}).profile.measurement.reasons,
              ElementsAre(HasSubstr("should have 1 windows with 2 events, and has 0 with 0")));
}

TEST_F(LedgerTest, ChildrenAreANoteAndAReasonOnlyIfNothingElseWasMeasured) {
  EXPECT_THAT(measurement_of(TraceBuilder().process().end(2000, 0, 1)).reasons,
              ElementsAre(HasSubstr("other programs")));
  const Measurement result =
      measurement_of(TraceBuilder().process().simple_stacks(1).window(some_window()).end(2000, 0, 1));
  EXPECT_TRUE(result.valid);
  EXPECT_THAT(result.notes, ElementsAre(HasSubstr("other programs")));
}

TEST_F(LedgerTest, UnknownFreesAreANoteAndOwedFreesAReason) {
  const auto unknown = ThreadEvents(1).free(0x10000).fold(2000);
  EXPECT_THAT(measurement_of(TraceBuilder().process().window(unknown).end(2000)).notes,
              ElementsAre(HasSubstr("frees of blocks that no event allocated: 1")));
  const auto owed = ThreadEvents(1).alloc(0x10000, 1, 2).alloc(0x10000, 2, 2).fold(2000);
  EXPECT_THAT(measurement_of(TraceBuilder().process().simple_stacks(1).window(owed).end(2000)).reasons,
              ElementsAre(HasSubstr("order: 1 blocks")));
}

TEST_F(LedgerTest, RecordsOfUnknownTypesAreLeftOutWithANote) {
  const uint8_t payload[] = {1, 2, 3};
  const Measurement result =
      measurement_of(TraceBuilder().process().record(static_cast<trace::RecordType>(900), payload).end(2000));
  EXPECT_TRUE(result.valid);
  EXPECT_THAT(result.notes, ElementsAre(HasSubstr("1 records of kinds")));
}

TEST_F(LedgerTest, AKnownRecordInALayoutFromTheFutureIsInvalid) {
  const uint8_t payload[] = {1, 2, 3};
  EXPECT_THAT(measurement_of(TraceBuilder().process().record(trace::RecordType::kModule, payload, 2).end(2000)).reasons,
              ElementsAre(HasSubstr("1 records are in a layout")));
}

}  // namespace
}  // namespace mallocop::report
