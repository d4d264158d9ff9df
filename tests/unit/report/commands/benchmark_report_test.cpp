// What the user asked Google Benchmark for, and what becomes of its output.
#include "report/commands/benchmark_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>

#include "report/trace/trace_contents.h"
#include "tests/unit/report/trace/trace_builder.h"

namespace mallocop::report {
namespace {

using namespace mallocop::test;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

BenchmarkFlags read(std::vector<std::string> flags, const std::map<std::string, std::string>& variables = {}) {
  flags.insert(flags.begin(), "./bench");
  return BenchmarkFlags::read(flags, [&](const char* name) {
    const auto place = variables.find(name);
    return place == variables.end() ? nullptr : place->second.c_str();
  });
}

TEST(BenchmarkFlags, NothingAskedFor) {
  const BenchmarkFlags flags = read({});
  EXPECT_EQ(flags.file, "");
  EXPECT_EQ(flags.format, "json");
  EXPECT_FALSE(flags.format_flag);
  EXPECT_FALSE(flags.no_file);
  EXPECT_FALSE(flags.interleaved);
}

TEST(BenchmarkFlags, TheLastFlagCountsAndMoreThanAVariable) {
  const BenchmarkFlags flags =
      read({"--benchmark_out=a", "--benchmark_out=b", "--benchmark_out_format=csv", "--benchmark_out"},
           {{"BENCHMARK_OUT", "c"}, {"BENCHMARK_OUT_FORMAT", "console"}});
  EXPECT_EQ(flags.file, "b");
  EXPECT_EQ(flags.format, "csv");
  EXPECT_TRUE(flags.format_flag);
}

TEST(BenchmarkFlags, Variables) {
  const BenchmarkFlags flags = read(
      {}, {{"BENCHMARK_OUT", "c"}, {"BENCHMARK_OUT_FORMAT", "csv"}, {"BENCHMARK_ENABLE_RANDOM_INTERLEAVING", "yes"}});
  EXPECT_EQ(flags.file, "c");
  EXPECT_EQ(flags.format, "csv");
  EXPECT_FALSE(flags.format_flag);
  EXPECT_TRUE(flags.interleaved);
}

TEST(BenchmarkFlags, AnEmptyFileIsNone) {
  EXPECT_TRUE(read({"--benchmark_out="}).no_file);
  EXPECT_FALSE(read({"--benchmark_out=", "--benchmark_out=a"}).no_file);
}

TEST(BenchmarkFlags, Interleaving) {
  const std::string flag = "--benchmark_enable_random_interleaving";
  for (const char* yes : {"", "=", "=1", "=true", "=YES", "=on", "=t"})
    EXPECT_TRUE(read({flag + yes}).interleaved) << yes;
  for (const char* no : {"=0", "=false", "=No", "=OFF", "=f", "=n"}) EXPECT_FALSE(read({flag + no}).interleaved) << no;
  EXPECT_FALSE(read({flag + "s"}).interleaved);
}

class BenchmarkReportTest : public ::testing::Test {
 protected:
  BenchmarkReportTest() {
    for (const char* name : {"BENCHMARK_OUT", "BENCHMARK_OUT_FORMAT", "BENCHMARK_ENABLE_RANDOM_INTERLEAVING"}) {
      ::unsetenv(name);
    }
    TraceBuilder().process().end(2000).write(trace_);
  }
  // The outputs in the trace after `report` was kept.
  std::vector<std::string> kept(const BenchmarkReport& report) {
    report.keep(trace_, notes_);
    TraceFile file(trace_);
    return read_contents(file).harness_outputs;
  }

  TemporaryFolder folder_;
  std::string trace_ = folder_.file("t.mcop");
  std::vector<std::string> notes_;
};

constexpr const char* kOutput = R"({"benchmarks": [{"run_name": "a", "iterations": 3}]})";

TEST_F(BenchmarkReportTest, APrivateFileIsReadAndGoes) {
  std::string path;
  {
    const BenchmarkReport report({"./bench", "--benchmark_enable_random_interleaving"});
    ASSERT_EQ(report.environment().size(), 2U);
    EXPECT_EQ(report.environment()[0].first, "BENCHMARK_OUT");
    EXPECT_EQ(report.environment()[1], (std::pair<std::string, std::string>{"BENCHMARK_OUT_FORMAT", "json"}));
    path = report.environment()[0].second;
    EXPECT_TRUE(std::filesystem::path(path).is_absolute());
    write_file(path, std::string_view(kOutput));
    EXPECT_THAT(kept(report), ElementsAre(AllOf(HasSubstr("\"iterations\":3"), HasSubstr("interleaving\":true"))));
  }
  EXPECT_FALSE(std::filesystem::exists(path));
  EXPECT_THAT(notes_, IsEmpty());
}

TEST_F(BenchmarkReportTest, AProgramThatRanNoBenchmarkWroteNothing) {
  EXPECT_THAT(kept(BenchmarkReport({"./bench"})), IsEmpty());
  EXPECT_THAT(notes_, IsEmpty());
}

TEST_F(BenchmarkReportTest, TheUsersFileIsReadAndStays) {
  const std::string path = folder_.file("mine.json");
  const BenchmarkReport report({"./bench", "--benchmark_out=" + path});
  EXPECT_THAT(report.environment(), IsEmpty());
  write_file(path, std::string_view(kOutput));
  EXPECT_EQ(kept(report).size(), 1U);
  EXPECT_TRUE(std::filesystem::exists(path));
}

TEST_F(BenchmarkReportTest, AnOldFileOfTheUserIsNoOutputOfThisRun) {
  const std::string path = folder_.file("mine.json");
  write_file(path, std::string_view(kOutput));
  EXPECT_THAT(kept(BenchmarkReport({"./bench", "--benchmark_out=" + path})), IsEmpty());
}

TEST_F(BenchmarkReportTest, OtherFormatsHaveNoNames) {
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"./bench", "--benchmark_out=" + folder_.file("x"), "--benchmark_out_format=csv"},
        std::vector<std::string>{"./bench", "--benchmark_out_format=csv"}}) {
    const BenchmarkReport report(words);
    EXPECT_THAT(report.environment(), IsEmpty());
    EXPECT_THAT(kept(report), IsEmpty());
  }
  EXPECT_THAT(notes_, ElementsAre(HasSubstr("'csv', and only json"), HasSubstr("'csv', and only json")));
}

TEST_F(BenchmarkReportTest, AnOutputThatIsTurnedOff) {
  EXPECT_THAT(kept(BenchmarkReport({"./bench", "--benchmark_out="})), IsEmpty());
  EXPECT_THAT(notes_, ElementsAre(HasSubstr("turns Google Benchmark's output off")));
}

TEST_F(BenchmarkReportTest, AnOutputThatIsCutIsSaid) {
  const BenchmarkReport report({"./bench"});
  write_file(report.environment()[0].second, std::string_view("{\"benchmarks\": ["));
  EXPECT_THAT(kept(report), IsEmpty());
  EXPECT_THAT(notes_, ElementsAre(HasSubstr("could not be used: it is not whole")));
}

TEST_F(BenchmarkReportTest, ADamagedTraceIsLeftAlone) {
  std::filesystem::resize_file(trace_, std::filesystem::file_size(trace_) - 9);
  const auto size = std::filesystem::file_size(trace_);
  const BenchmarkReport report({"./bench"});
  write_file(report.environment()[0].second, std::string_view(kOutput));
  EXPECT_THAT(kept(report), IsEmpty());
  EXPECT_EQ(std::filesystem::file_size(trace_), size);
  EXPECT_THAT(notes_, ElementsAre(HasSubstr("no room")));
}

}  // namespace
}  // namespace mallocop::report
