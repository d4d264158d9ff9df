#include "report/verdict/limit.h"

#include <gtest/gtest.h>

#include <vector>

#include "report/support/error.h"

namespace mallocop::report {
namespace {

struct GoodCase {
  std::string_view text;
  std::string_view operation;
  Metric metric;
  Statistic statistic;
  Rational most;
};

TEST(LimitOption, IsOperationMetricStatisticAndValue) {
  const std::vector<GoodCase> cases = {
      {"dispatch:allocs<=0", "dispatch", Metric::kAllocs, Statistic::kMean, {0, 1}},
      {"parse:bytes.p99<=2KiB", "parse", Metric::kBytes, Statistic::kP99, {2048, 1}},
      {"Conductor::dispatch:allocs.max<=3", "Conductor::dispatch", Metric::kAllocs, Statistic::kMax, {3, 1}},
      {"ns::*::parse*:temporary.min<=0.5", "ns::*::parse*", Metric::kTemporary, Statistic::kMin, {1, 2}},
      {"BM_x/threads:4:latency.p50<=10us", "BM_x/threads:4", Metric::kLatency, Statistic::kP50, {10'000, 1}},
      {"operator<=:frees<=1", "operator<=", Metric::kFrees, Statistic::kMean, {1, 1}},
      {" parse : peak <= 4 KiB ", "parse", Metric::kPeak, Statistic::kMean, {4096, 1}},
      {"parse:net.mean<=16", "parse", Metric::kNet, Statistic::kMean, {16, 1}},
  };
  for (const GoodCase& row : cases) {
    const Limit limit = parse_limit_option(row.text);
    EXPECT_EQ(limit.operation, row.operation) << row.text;
    EXPECT_FALSE(limit.whole_process) << row.text;
    EXPECT_EQ(limit.metric, row.metric) << row.text;
    EXPECT_EQ(limit.statistic, row.statistic) << row.text;
    EXPECT_EQ(limit.most, row.most) << row.text;
    EXPECT_EQ(limit.source, "--limit '" + std::string(row.text) + "'");
  }
}

TEST(LimitOption, TotalIsTheWholeProcess) {
  const Limit limit = parse_limit_option("total:peak_bytes<=64MiB");
  EXPECT_TRUE(limit.whole_process);
  EXPECT_EQ(limit.metric, Metric::kPeakBytes);
  EXPECT_EQ(limit.statistic, Statistic::kTotal);
  EXPECT_EQ(limit.most, (Rational{64ULL << 20, 1}));
}

struct BadCase {
  std::string_view text;
  std::string_view why;
};

TEST(LimitOption, SaysWhatIsWrong) {
  const std::string form = "; write 'OP:METRIC[.STAT]<=VALUE', such as 'parse:allocs<=2' or 'total:peak_bytes<=64MiB'";
  const std::vector<BadCase> with_form = {
      {"", "there is no '<='"},
      {"parse:allocs", "there is no '<='"},
      {"parse:allocs<3", "the only comparison is '<='"},
      {"parse:allocs==3", "the only comparison is '<='"},
      {"parse:allocs>=3", "the only comparison is '<='"},
      {"parse<=3", "there is no operation and ':' before the metric"},
      {":allocs<=3", "there is no operation and ':' before the metric"},
      {"ns::parse<=3", "there is no operation and ':' before the metric"},
  };
  const std::vector<BadCase> cases = {
      {"parse:alocs<=3",
       "unknown metric 'alocs'; did you mean 'allocs'? (known: allocs, bytes, frees, temporary, peak, net, latency)"},
      {"parse:leaked_bytes<=3",
       "unknown metric 'leaked_bytes'; did you mean 'bytes'? (known: allocs, bytes, frees, temporary, peak, net, "
       "latency)"},
      {"total:peak<=3",
       "unknown metric 'peak'; did you mean 'bytes'? (known: allocs, bytes, leaked_bytes, leaked_allocs, peak_bytes)"},
      {"total:allocs.max<=3", "the whole process has one value for each metric, so leave out the statistic"},
      {"parse:allocs.p95<=3", "unknown statistic 'p95'; did you mean 'p99'? (known: mean, min, p50, p99, max)"},
      {"parse:allocs.<=3", "unknown statistic ''; did you mean 'min'? (known: mean, min, p50, p99, max)"},
      {"parse:allocs<=", "'' is not a number such as 2 or 0.5"},
      {"parse:allocs<=-1", "'-1' is negative"},
      {"parse:allocs<=2KiB", "'2KiB' is not a number such as 2 or 0.5"},
      {"parse:bytes<=2kb", "'2kb': unknown unit 'kb'; did you mean 'B'? (known: B, KB, KiB, MB, MiB, GB, GiB)"},
      {"parse:latency<=10", "'10' needs a unit: ns, us, ms or s"},
  };
  const auto message_of = [](std::string_view text) -> std::string {
    try {
      parse_limit_option(text);
    } catch (const Error& error) {
      EXPECT_EQ(error.status(), ExitStatus::kUsage);
      return error.what();
    }
    return "accepted";
  };
  for (const BadCase& row : cases) {
    EXPECT_EQ(message_of(row.text), "--limit '" + std::string(row.text) + "': " + std::string(row.why));
  }
  for (const BadCase& row : with_form) {
    EXPECT_EQ(message_of(row.text), "--limit '" + std::string(row.text) + "': " + std::string(row.why) + form);
  }
}

}  // namespace
}  // namespace mallocop::report
