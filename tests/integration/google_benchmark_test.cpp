// An unmodified Google Benchmark program under the launcher: its own report is the same but for the times, and the
// allocations that it must make are there.
#include <gmock/gmock.h>

#include <filesystem>
#include <regex>

#include "tests/support/measured.h"

namespace mallocop::test {
namespace {

class GoogleBenchmark : public Integration {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(program("gbench"))) GTEST_SKIP() << "libbenchmark-dev was not there at build time";
  }
  // Times and the widths of their columns differ from run to run.
  static std::string without_times(const std::string& text) {
    const std::string named = std::regex_replace(text, std::regex(" +[0-9.e+]+ ns"), " TIME");
    return std::regex_replace(named, std::regex("( |-)+"), " ");
  }
};

TEST_F(GoogleBenchmark, RunsUnchangedAndIsCounted) {
  const Command command = {.words = {program("gbench"), "--benchmark_color=false"}};
  const Ended bare_run = bare(command);
  ASSERT_EQ(bare_run.status, 0) << bare_run.err;
  ASSERT_THAT(bare_run.out, testing::HasSubstr("nodes/iterations:1000"));
  const Measured measured = measure(command, With::kLauncher);
  EXPECT_EQ(measured.host.status, 0) << measured.host.err;
  EXPECT_EQ(without_times(measured.host.out), without_times(bare_run.out));
  ASSERT_TRUE(measured.valid()) << measured.reporter.out;
  uint64_t strings = 0;
  uint64_t nodes = 0;
  for (const Json& site : measured.report["sites"]) {
    const std::string stack = site["stack"].dump();
    if (site["largest"] == 201 && stack.find("strings(benchmark::State&)") != std::string::npos) {
      strings += site["allocations"].get<uint64_t>();
    }
    if (site["largest"] == 24 && stack.find("nodes(benchmark::State&)") != std::string::npos) {
      nodes += site["allocations"].get<uint64_t>();
    }
  }
  EXPECT_EQ(strings, 1000U);
  EXPECT_EQ(nodes, 5000U);
  EXPECT_GE(measured.total("allocations"), 6000U);
}

}  // namespace
}  // namespace mallocop::test
