// Traces with batches: what a Profile makes of them.
#include "report/harness/name_batches.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "report/trace/load_profile.h"
#include "tests/unit/report/trace/trace_builder.h"

namespace mallocop::report {
namespace {

using namespace mallocop::test;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// A benchmark of 1 and of 4 iterations: each allocates twice. Operation 1 is the first batch, 2 the second, 3 what
// happens in pauses.
class NameBatches : public ::testing::Test {
 protected:
  NameBatches() {
    thread_.alloc(0x10, 8, 2);  // outside
    batch(1, 1);
    batch(2, 4);
    trace_.process().simple_stacks(2);
    for (trace::OperationId id : {1U, 2U}) operation(id, std::to_string(id));
    operation(3, "(paused)");
    trace_.window(thread_.fold(9000));
    record(1, 1, 0x1000);
    record(2, 4, 0x1000);
  }

  void batch(trace::OperationId id, uint64_t iterations) {
    thread_.begin(id, 2000);
    for (uint64_t i = 0; i < iterations; ++i) thread_.pair(0x100, 10, 2).pair(0x200, 20, 2);
    thread_.begin(3, 2010).pair(0x300, 1000, 3).end(2020);
    thread_.end(2100, iterations);
  }
  void operation(trace::OperationId id, const std::string& name) {
    Bytes payload(100);
    trace::ByteWriter out(payload.data(), payload.size());
    trace::encode_operation(out, {id, trace::OperationSource::kGoogleBenchmark, name});
    payload.resize(out.size());
    trace_.record(trace::RecordType::kOperation, payload);
  }
  void record(trace::OperationId id, uint64_t iterations, uint64_t caller) {
    Bytes payload(100);
    trace::ByteWriter out(payload.data(), payload.size());
    trace::encode_batch(out, {id, 1, iterations, 2000, 2100, caller});
    payload.resize(out.size());
    trace_.record(trace::RecordType::kBatch, payload);
  }
  void output(const std::string& json, std::string_view kind = trace::kGoogleBenchmarkJson) {
    Bytes payload(json.size() + 100);
    trace::ByteWriter out(payload.data(), payload.size());
    trace::encode_harness(out, {kind, json});
    payload.resize(out.size());
    trace_.record(trace::RecordType::kHarness, payload);
  }
  Profile load(uint64_t warmup = 0) {
    trace_.end(9000);
    LoadOptions options;
    if (warmup != 0) options.warmup.push_back({"*", warmup});
    options.name_batches = [this](const TraceContents& contents, std::optional<double> nanoseconds_per_tick) {
      return name_batches(contents, nanoseconds_per_tick, [this](const auto& addresses, const TraceContents&) {
        asked_ = addresses;
        return std::vector<std::string>(addresses.size(), function_);
      });
    };
    return load_trace(trace_.write(folder_.file("t.mcop")), options).profile;
  }

  TemporaryFolder folder_;
  ThreadEvents thread_{1};
  TraceBuilder trace_;
  std::string function_ = "BM_twice";
  std::vector<uint64_t> asked_;
};

constexpr const char* kMatching = R"({"benchmarks": [{"run_name": "BM_twice/7", "repetition_index": 0, "iterations": 4,
  "real_time": 12.5, "cpu_time": 11, "time_unit": "ns", "threads": 1}]})";

TEST_F(NameBatches, OnlyTheMeasuredBatchIsTheOperation) {
  output(kMatching);
  const Profile profile = load();
  EXPECT_TRUE(profile.measurement.valid);
  EXPECT_THAT(profile.measurement.notes, IsEmpty());
  ASSERT_EQ(profile.operations.size(), 1U);
  const Operation& operation = profile.operations[0];
  EXPECT_EQ(operation.name, "BM_twice/7");
  EXPECT_EQ(operation.source, "google-benchmark");
  EXPECT_EQ(operation.count, 4U);
  EXPECT_EQ(operation.allocations.total, 8U);
  EXPECT_EQ(operation.allocations.mean, (Rational{8, 4}));
  EXPECT_EQ(operation.bytes.total, 120U);
  EXPECT_EQ(operation.frees.total, 8U);
  EXPECT_FALSE(operation.latency);
  ASSERT_TRUE(operation.harness_time);
  EXPECT_DOUBLE_EQ(operation.harness_time->real_ns, 12.5);
  EXPECT_DOUBLE_EQ(operation.harness_time->cpu_ns, 11);
  EXPECT_THAT(asked_, IsEmpty());
}

// Nothing is lost: what calibration and pauses allocate is outside of all operations.
TEST_F(NameBatches, CalibrationAndPausesAreOutside) {
  output(kMatching);
  const Profile profile = load();
  EXPECT_EQ(profile.totals.allocations, 13U);
  uint64_t outside = 0;
  uint64_t inside = 0;
  for (const Site& site : profile.sites) {
    (site.operation ? inside : outside) += site.allocations;
    EXPECT_EQ(site.pattern == Pattern::kOutsideOps, !site.operation);
  }
  EXPECT_EQ(inside, 8U);
  EXPECT_EQ(outside, 5U);
}

TEST_F(NameBatches, WithoutAnOutputTheFunctionIsTheName) {
  const Profile profile = load();
  EXPECT_TRUE(profile.measurement.valid);
  EXPECT_THAT(profile.measurement.notes, Contains(HasSubstr("named by the function")));
  ASSERT_EQ(profile.operations.size(), 1U);
  EXPECT_EQ(profile.operations[0].name, "BM_twice");
  EXPECT_EQ(profile.operations[0].count, 5U);
  EXPECT_EQ(profile.operations[0].allocations.total, 10U);
  EXPECT_FALSE(profile.operations[0].harness_time);
  EXPECT_THAT(asked_, ElementsAre(0x1000));
}

TEST_F(NameBatches, FunctionsWithoutANameAreOne) {
  function_ = "";
  EXPECT_EQ(load().operations.at(0).name, "(unknown function)");
}

TEST_F(NameBatches, AnOutputThatDoesNotFitMakesTheMeasurementInvalid) {
  output(R"({"benchmarks": [{"run_name": "BM_twice/7", "iterations": 5}]})");
  const Profile profile = load();
  EXPECT_FALSE(profile.measurement.valid);
  EXPECT_THAT(profile.measurement.reasons, ElementsAre(HasSubstr("do not fit")));
  ASSERT_EQ(profile.operations.size(), 1U);
  EXPECT_EQ(profile.operations[0].name, "BM_twice");
}

TEST_F(NameBatches, AnOutputThatCannotBeReadMakesTheMeasurementInvalid) {
  output("{\"benchmarks\": [");
  EXPECT_THAT(load().measurement.reasons, ElementsAre(HasSubstr("cannot be read: it is not whole")));
}

TEST_F(NameBatches, AnOutputOfAnotherHarnessIsLeftOut) {
  output("{", "another");
  const Profile profile = load();
  EXPECT_TRUE(profile.measurement.valid);
  EXPECT_EQ(profile.operations.at(0).name, "BM_twice");
}

TEST_F(NameBatches, TheLastOutputCounts) {
  output("damaged");
  output(kMatching);
  EXPECT_TRUE(load().measurement.valid);
}

TEST_F(NameBatches, RepetitionsAreOneOperation) {
  thread_.begin(4, 9100).pair(0x100, 10, 2).end(9200, 4);
  operation(4, "4");
  trace_.window(thread_.fold(9300));
  record(4, 4, 0x1000);
  output(R"({"benchmarks": [{"run_name": "a", "repetition_index": 0, "iterations": 4}, {"run_name": "a",
    "repetition_index": 1, "iterations": 4}]})");
  const Profile profile = load();
  ASSERT_EQ(profile.operations.size(), 1U);
  EXPECT_EQ(profile.operations[0].count, 8U);
  EXPECT_EQ(profile.operations[0].allocations.mean, (Rational{9, 8}));
}

TEST_F(NameBatches, BenchmarksOfOneNameAreOneOperationWithTheMeanOfTheirTimes) {
  output(R"({"benchmarks": [
    {"run_name": "a", "family_index": 0, "iterations": 1, "real_time": 10, "cpu_time": 1, "time_unit": "ns"},
    {"run_name": "a", "family_index": 1, "iterations": 4, "real_time": 20, "cpu_time": 2, "time_unit": "ns"}]})");
  const Profile profile = load();
  EXPECT_TRUE(profile.measurement.valid);
  ASSERT_EQ(profile.operations.size(), 1U);
  EXPECT_EQ(profile.operations[0].count, 5U);
  EXPECT_DOUBLE_EQ(profile.operations[0].harness_time->real_ns, 15);
  EXPECT_THAT(profile.measurement.notes, ElementsAre("2 benchmarks are called \"a\"; they are one operation"));
}

// A mark of the user's that has a benchmark's name is an operation of its own.
TEST_F(NameBatches, AMarkWithTheNameOfABenchmark) {
  trace_.operation(9, "BM_twice/7");
  thread_.begin(9, 9100).alloc(0x500, 1, 2).end(9200);
  trace_.window(thread_.fold(9300));
  output(kMatching);
  const Profile profile = load();
  ASSERT_EQ(profile.operations.size(), 2U);
  EXPECT_EQ(profile.operations[0].source, "google-benchmark");
  EXPECT_EQ(profile.operations[0].count, 4U);
  EXPECT_EQ(profile.operations[1].source, "mark");
  EXPECT_EQ(profile.operations[1].count, 1U);
}

TEST_F(NameBatches, AProgramThatRanNoBenchmarkHasNothingToSay) {
  TraceBuilder trace;
  trace.process();
  trace_ = trace;
  output(R"({"benchmarks": []})");
  const Profile profile = load();
  EXPECT_TRUE(profile.measurement.valid);
  EXPECT_THAT(profile.measurement.notes, IsEmpty());
}

}  // namespace
}  // namespace mallocop::report
