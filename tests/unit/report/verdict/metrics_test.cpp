#include "report/verdict/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mallocop::report {
namespace {

using testing::ElementsAre;

TEST(Metrics, AreNamedAsTheContractSays) {
  EXPECT_THAT(operation_metric_names(), ElementsAre("allocs", "bytes", "frees", "temporary", "peak", "net", "latency"));
  EXPECT_THAT(total_metric_names(), ElementsAre("allocs", "bytes", "leaked_bytes", "leaked_allocs", "peak_bytes"));
  EXPECT_THAT(statistic_names(), ElementsAre("mean", "min", "p50", "p99", "max"));
}

TEST(Metrics, AreFoundByNameAndByValue) {
  for (const MetricInfo& info : all_metrics()) EXPECT_EQ(info_of(info.metric).name, info.name);
  for (const std::string_view name : operation_metric_names()) EXPECT_EQ(find_operation_metric(name)->name, name);
  for (const std::string_view name : total_metric_names()) EXPECT_EQ(find_total_metric(name)->name, name);
  for (const std::string_view name : statistic_names()) {
    EXPECT_EQ(info_of(find_statistic(name)->statistic).name, name);
  }
  EXPECT_EQ(find_operation_metric("peak_bytes"), nullptr);
  EXPECT_EQ(find_total_metric("peak"), nullptr);
  EXPECT_EQ(find_statistic("total"), nullptr);
}

}  // namespace
}  // namespace mallocop::report
