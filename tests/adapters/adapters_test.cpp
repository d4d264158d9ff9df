// The ways into test and benchmark libraries, as samples/harnesses and docs/operations.md show them.
#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>

#include "tests/support/measured.h"

namespace mallocop::test {
namespace {

class Adapters : public Integration {
 protected:
  static std::string sample(const std::string& name) {
    return std::string(std::getenv("MALLOCOP_SAMPLES")) + "/" + name;
  }
  static std::string source(const std::string& name) {
    return std::string(std::getenv("MALLOCOP_SOURCE")) + "/" + name;
  }
  static std::string text_of(const std::string& path) {
    std::ifstream in(path);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  Ended run(const std::vector<std::string>& words) const { return measure({.words = words}).host; }
};

TEST_F(Adapters, GoogleTestChecksHold) {
  const Ended ended = run({std::getenv("MALLOCOP_GTEST_CHECKS")});
  EXPECT_EQ(ended.status, 0) << ended.out;
}

TEST_F(Adapters, GoogleTestSamplePassesUnderTheShimAndFailsWithoutIt) {
  EXPECT_EQ(run({sample("gtest_parse")}).status, 0);
  const Ended ended = bare({.words = {sample("gtest_parse")}});
  EXPECT_EQ(ended.status, 1);
  EXPECT_NE(ended.out.find("libmallocop.so is not preloaded. Run the test by\n  mallocop run"), std::string::npos);
  EXPECT_NE(ended.out.find("0 tests.\n[  FAILED  ] 2 tests"), std::string::npos) << "each of them fails";
}

TEST_F(Adapters, Catch2SamplePassesUnderTheShimAndFailsWithoutIt) {
  EXPECT_EQ(run({sample("catch2_parse")}).status, 0);
  EXPECT_NE(bare({.words = {sample("catch2_parse")}}).status, 0);
}

std::vector<std::string> gbench(const std::string& program) {
  return {program, "--benchmark_format=json", "--benchmark_min_time=0.001"};
}

// The library's own blocks around its run are the same for both.
TEST_F(Adapters, GoogleBenchmarkReportsAllocations) {
  const Ended ended = run(gbench(sample("gbench_memory")));
  ASSERT_EQ(ended.status, 0) << ended.err;
  const Json benchmarks = Json::parse(ended.out)["benchmarks"];
  ASSERT_EQ(benchmarks.size(), 2U);
  const auto difference = [&](const char* key) {
    return benchmarks[1][key].get<double>() - benchmarks[0][key].get<double>();
  };
  EXPECT_EQ(difference("allocs_per_iter"), 3.0);
  EXPECT_LT(benchmarks[0]["allocs_per_iter"].get<double>(), 1.0);
  EXPECT_EQ(difference("total_allocated_bytes"), 16 * 3 * 100);
  EXPECT_EQ(benchmarks[1]["max_bytes_used"], -1);
  EXPECT_FALSE(benchmarks[1].contains("net_heap_growth"));
}

TEST_F(Adapters, GoogleBenchmarkDoesNotPretend) {
  const Ended ended = bare({.words = gbench(sample("gbench_memory"))});
  EXPECT_EQ(ended.status, 0);
  EXPECT_NE(ended.err.find("libmallocop.so is not preloaded, so no allocations are reported"), std::string::npos);
  for (const Json& benchmark : Json::parse(ended.out)["benchmarks"])
    EXPECT_FALSE(benchmark.contains("allocs_per_iter"));
}

TEST_F(Adapters, MarksInCAreCounted) {
  const Measured measured = measure({.words = {sample("marks")}});
  EXPECT_EQ(measured.operation("parse")["count"], 10);
  EXPECT_EQ(measured.total_of("parse", "allocations"), 10U);
  EXPECT_EQ(measured.total_of("parse", "bytes"), 150U);
}

TEST_F(Adapters, MarksInPythonAreCounted) {
  const Command command{
      .words = {"/usr/bin/python3", source("samples/harnesses/marks.py")},
      .environment = {{"PYTHONPATH", source("integrations/python")}, {"PYTHONDONTWRITEBYTECODE", "1"}}};
  const Measured measured = measure(command);
  EXPECT_EQ(measured.host.out, "active True\n") << measured.host.err;
  EXPECT_EQ(measured.operation("parse")["count"], 10);
  EXPECT_EQ(measured.operation("batch")["count"], 20);
  EXPECT_GE(measured.total_of("parse", "bytes"), 10U * 100'000);
  EXPECT_LT(measured.total_of("parse", "bytes"), 11U * 100'000);
  EXPECT_EQ(bare(command).out, "not active False\n");
}

// What a page shows under `<!-- FILE -->` is that file, or a part of it, to the letter.
TEST_F(Adapters, PagesShowTheSamplesAsTheyAre) {
  size_t shown = 0;
  for (const auto& page : std::filesystem::directory_iterator(source("docs"))) {
    if (!page.path().filename().string().starts_with("operations")) continue;
    std::istringstream lines(text_of(page.path()));
    const std::regex names("<!-- ((?:samples|integrations)/[a-z_0-9/.]+) -->");
    std::smatch found;
    for (std::string line; std::getline(lines, line);) {
      if (!std::regex_match(line, found, names)) continue;
      const std::string name = found[1];
      std::string block;
      ASSERT_TRUE(std::getline(lines, line) && line.starts_with("```")) << name;
      while (std::getline(lines, line) && line != "```") block += line + "\n";
      EXPECT_FALSE(block.empty());
      EXPECT_NE(text_of(source(name)).find(block), std::string::npos) << page.path() << " shows another " << name;
      ++shown;
    }
  }
  EXPECT_GE(shown, 7U);
}

}  // namespace
}  // namespace mallocop::test
