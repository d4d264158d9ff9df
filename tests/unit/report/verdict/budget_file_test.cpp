#include "report/verdict/budget_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "report/support/error.h"
#include "tests/unit/report/verdict/scratch_folder.h"

namespace mallocop::report {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;

std::string contents_of(const fs::path& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

std::string error_of(const std::string& text, const std::string& file) {
  try {
    parse_budget(text, file);
  } catch (const Error& error) {
    EXPECT_EQ(error.status(), ExitStatus::kUsage);
    return error.what();
  }
  return "accepted";
}

// "operation|metric|statistic|num/den|source"
std::vector<std::string> limits_of(const Budget& budget) {
  std::vector<std::string> texts;
  for (const Limit& limit : budget.limits) {
    texts.push_back((limit.whole_process ? "(total)" : limit.operation) + "|" +
                    std::to_string(static_cast<int>(limit.metric)) + "|" +
                    std::to_string(static_cast<int>(limit.statistic)) + "|" + std::to_string(limit.most.num) + "/" +
                    std::to_string(limit.most.den) + "|" + limit.source);
  }
  return texts;
}

std::string limit_text(const std::string& operation, Metric metric, Statistic statistic, const std::string& value,
                       int line) {
  return operation + "|" + std::to_string(static_cast<int>(metric)) + "|" +
         std::to_string(static_cast<int>(statistic)) + "|" + value + "|b.toml:" + std::to_string(line);
}

TEST(BudgetFile, ReadsLimitsInTheOrderOfTheFile) {
  const Budget budget = parse_budget(R"([op."Conductor::dispatch"]
allocs = 0
bytes  = "2 KiB"
peak   = 4096
latency = { p99 = "10us", mean = "2.5 us" }
frees = 0.1
temporary = 1.5
net = "0.5 B"

[op."a*"]
allocs = { mean = 2, min = 1, p50 = 2, p99 = 3, max = 8 }

[total]
peak_bytes = "64 MiB"
leaked_bytes = 0
leaked_allocs = 1
allocs = 1000
bytes = "1 GB"
)",
                                     "b.toml");
  const std::string dispatch = "Conductor::dispatch";
  EXPECT_THAT(limits_of(budget),
              ElementsAre(limit_text(dispatch, Metric::kAllocs, Statistic::kMean, "0/1", 2),
                          limit_text(dispatch, Metric::kBytes, Statistic::kMean, "2048/1", 3),
                          limit_text(dispatch, Metric::kPeak, Statistic::kMean, "4096/1", 4),
                          limit_text(dispatch, Metric::kLatency, Statistic::kP99, "10000/1", 5),
                          limit_text(dispatch, Metric::kLatency, Statistic::kMean, "2500/1", 5),
                          limit_text(dispatch, Metric::kFrees, Statistic::kMean, "1/10", 6),
                          limit_text(dispatch, Metric::kTemporary, Statistic::kMean, "3/2", 7),
                          limit_text(dispatch, Metric::kNet, Statistic::kMean, "1/2", 8),
                          limit_text("a*", Metric::kAllocs, Statistic::kMean, "2/1", 11),
                          limit_text("a*", Metric::kAllocs, Statistic::kMin, "1/1", 11),
                          limit_text("a*", Metric::kAllocs, Statistic::kP50, "2/1", 11),
                          limit_text("a*", Metric::kAllocs, Statistic::kP99, "3/1", 11),
                          limit_text("a*", Metric::kAllocs, Statistic::kMax, "8/1", 11),
                          limit_text("(total)", Metric::kPeakBytes, Statistic::kTotal, "67108864/1", 14),
                          limit_text("(total)", Metric::kLeakedBytes, Statistic::kTotal, "0/1", 15),
                          limit_text("(total)", Metric::kLeakedAllocs, Statistic::kTotal, "1/1", 16),
                          limit_text("(total)", Metric::kAllocs, Statistic::kTotal, "1000/1", 17),
                          limit_text("(total)", Metric::kBytes, Statistic::kTotal, "1000000000/1", 18)));
  ASSERT_EQ(budget.operations.size(), 2U);
  EXPECT_EQ(budget.operations[0].pattern, dispatch);
  EXPECT_EQ(budget.operations[0].source, "b.toml:1");
  EXPECT_EQ(budget.operations[1].source, "b.toml:10");
}

TEST(BudgetFile, ReadsDottedKeysAndSubtables) {
  const Budget budget = parse_budget("op.parse.allocs.max = 3\n[op.scan.bytes]\np99 = '1 KiB'\n", "b.toml");
  EXPECT_THAT(limits_of(budget), ElementsAre(limit_text("parse", Metric::kAllocs, Statistic::kMax, "3/1", 1),
                                             limit_text("scan", Metric::kBytes, Statistic::kP99, "1024/1", 3)));
}

TEST(BudgetFile, AnExactNameGoesBeforePatterns) {
  const Budget budget = parse_budget(R"([op."*"]
warmup = 1
allocs = { regress = "5%" }
[op."p*"]
warmup = 2
[op.parse]
warmup = 3
allocs = { max = 9, regress = "0.5 %" }
)",
                                     "b.toml");
  ASSERT_EQ(budget.warmup.size(), 3U);
  EXPECT_EQ(budget.warmup[0].pattern, "parse");
  EXPECT_EQ(budget.warmup[0].calls, 3U);
  EXPECT_EQ(budget.warmup[1].pattern, "*");
  EXPECT_EQ(budget.warmup[2].pattern, "p*");
  ASSERT_EQ(budget.regress.size(), 2U);
  EXPECT_EQ(budget.regress[0].pattern, "parse");
  EXPECT_EQ(budget.regress[0].tolerance, (Rational{1, 200}));
  EXPECT_EQ(budget.regress[0].metric, Metric::kAllocs);
  EXPECT_EQ(budget.regress[1].source, "b.toml:3");
  EXPECT_EQ(budget.limits.size(), 1U);
}

TEST(BudgetFile, ReadsAllowances) {
  const Budget budget = parse_budget(R"([[allow]]
stack = "std::locale::*"
op = "parse"
reason = "first use builds the locale"
expires = 2027-06-30
[[allow]]
stack = "std::locale::*"
reason = "elsewhere too"
)",
                                     "b.toml");
  ASSERT_EQ(budget.allowances.size(), 2U);
  const Allowance& first = budget.allowances[0];
  EXPECT_EQ(first.stack.text(), "std::locale::*");
  EXPECT_EQ(first.operation, "parse");
  EXPECT_EQ(first.reason, "first use builds the locale");
  using namespace std::chrono_literals;
  EXPECT_EQ(first.expires, 2027y / 6 / 30);
  EXPECT_EQ(first.source, "b.toml:1");
  EXPECT_FALSE(budget.allowances[1].operation);
  EXPECT_FALSE(budget.allowances[1].expires);
  EXPECT_EQ(budget.allowances[1].source, "b.toml:6");
}

TEST(BudgetFile, AnEmptyFileLimitsNothing) {
  EXPECT_TRUE(parse_budget("", "b.toml").limits.empty());
  EXPECT_TRUE(parse_budget("# nothing yet\n", "b.toml").limits.empty());
}

TEST(BudgetFile, EveryBadFileHasItsMessage) {
  size_t files = 0;
  for (const fs::directory_entry& entry : fs::directory_iterator(BUDGET_ERRORS)) {
    if (entry.path().extension() != ".toml") continue;
    ++files;
    const std::string name = entry.path().filename().string();
    const std::string expected = contents_of(fs::path(entry.path()).replace_extension(".expected"));
    EXPECT_EQ(error_of(contents_of(entry.path()), name) + "\n", expected) << name;
  }
  EXPECT_GE(files, 30U);
}

TEST(BudgetFile, BytesThatAreNoTextAreAnErrorWithAPlace) {
  EXPECT_THAT(error_of("[op.a]\nallocs = \"\xff\"\n", "b.toml"), HasSubstr("b.toml:2:"));
  EXPECT_THAT(error_of(std::string("\0\0\0", 3), "b.toml"), HasSubstr("b.toml:1:"));
}

TEST(BudgetFile, AFileThatCannotBeReadIsNamed) {
  const test::ScratchFolder folder;
  const auto error_of_file = [](const std::string& file) -> std::string {
    try {
      read_budget(file);
    } catch (const Error& error) {
      EXPECT_EQ(error.status(), ExitStatus::kUsage);
      return error.what();
    }
    return "accepted";
  };
  const std::string missing = folder.file("none.toml");
  EXPECT_EQ(error_of_file(missing), "cannot read the budget file '" + missing + "': No such file or directory");
  fs::create_directory(folder.file("folder.toml"));
  EXPECT_EQ(error_of_file(folder.file("folder.toml")),
            "cannot read the budget file '" + folder.file("folder.toml") + "': it is a folder");
  const std::string bad = folder.write("bad.toml", "x = 1\n");
  EXPECT_THAT(error_of_file(bad), HasSubstr(bad + ":1:1: unknown key 'x'"));
}

}  // namespace
}  // namespace mallocop::report
