// Live memory over time, of a program whose levels are known to the byte.
#include <algorithm>
#include <sstream>
#include <string>

#include "tests/support/measured.h"

namespace mallocop::test {
namespace {

using Memory = Integration;

uint64_t most_that_it_held(const Measured& measured) {
  uint64_t bytes = 0;
  std::istringstream(measured.host.out) >> bytes;
  return bytes;
}

// Of all sites in that function, a figure.
uint64_t at(const Measured& measured, const std::string& function, const std::string& figure) {
  uint64_t sum = 0;
  for (const Json& site : measured.report["sites"]) {
    if (site["location"]["function"] == function) sum += site[figure].get<uint64_t>();
  }
  return sum;
}

uint64_t sum(const Measured& measured, const std::string& figure) {
  uint64_t sum = 0;
  for (const Json& site : measured.report["sites"]) sum += site[figure].get<uint64_t>();
  return sum;
}

TEST_F(Memory, OfOneThreadIsExactInItsPeakAndInWhoseThatIs) {
  const Measured measured = measure({.words = {program("levels"), "steps"}});
  ASSERT_EQ(measured.host.status, 0) << measured.host.err;
  const Json& memory = measured.report["memory"];
  EXPECT_EQ(memory["peak_bytes"], most_that_it_held(measured));
  EXPECT_EQ(memory["peak_at_least"], memory["peak_bytes"]);
  EXPECT_EQ(memory["peak_at_most"], memory["peak_bytes"]);
  EXPECT_EQ(memory["peak_blocks"], 67);
  EXPECT_EQ(memory["peak_short_lived_bytes"], 0);
  EXPECT_EQ(at(measured, "fill_windows", "peak_bytes"), 20U) << "of the two tiny blocks, which come and go";
  EXPECT_EQ(at(measured, "small_block", "peak_bytes"), 64'000U);
  EXPECT_EQ(at(measured, "small_block", "peak_blocks"), 64U);
  EXPECT_EQ(at(measured, "large_block", "peak_bytes"), 50'000U);
  EXPECT_EQ(at(measured, "small_block", "leaked_bytes"), 1000U);
}

TEST_F(Memory, RisesAndFallsOverTime) {
  const Measured measured = measure({.words = {program("levels"), "steps"}});
  const Json& memory = measured.report["memory"];
  ASSERT_EQ(memory["columns"], Json({"time_s", "allocated_bytes", "live_blocks", "live_bytes", "most_bytes"}));
  const Json& points = memory["points"];
  ASSERT_GE(points.size(), 10U);
  double before = 0;
  uint64_t highest = 0;
  for (const Json& point : points) {
    EXPECT_GE(point[0].get<double>(), before);
    before = point[0];
    highest = std::max(highest, point[4].get<uint64_t>());
    EXPECT_GE(point[4], point[3]);
    EXPECT_GE(point[1], point[3]) << "nothing is live that was not requested";
  }
  EXPECT_EQ(highest, measured.total("peak_bytes"));
  EXPECT_EQ(points.back()[1], measured.total("bytes"));
  EXPECT_EQ(points.back()[2], 1);
  EXPECT_EQ(points.back()[3], 1000);
  // When that is, in shares of the time, is for the machine to say.
  const double peak = memory["peak_time_s"];
  const auto few_live = [&](bool before_peak) {
    return std::any_of(points.begin(), points.end(), [&](const Json& point) {
      return (point[0].get<double>() < peak) == before_peak && point[3].get<uint64_t>() < 40'000;
    });
  };
  EXPECT_TRUE(few_live(true)) << "on the way up";
  EXPECT_TRUE(few_live(false)) << "on the way down";
  EXPECT_GT(peak, points.front()[0]);
  EXPECT_LT(peak, points.back()[0]);
}

// What a thread did last, that still ran at the end of the process, has no time of its end.
TEST_F(Memory, EndsWithTheProcessAlsoWhileThreadsRun) {
  // `run` seals the trace: what was in the companion is in it.
  ASSERT_EQ(mallocop({"run", "--quiet", "-o", trace(), "--", program("threads"), "detached", "4"}).status, 0);
  const Json report = Json::parse(mallocop({"report", trace(), "--format", "json"}).out);
  const Json& points = report["memory"]["points"];
  ASSERT_GE(points.size(), 2U);
  for (size_t index = 1; index < points.size(); ++index) EXPECT_GE(points[index][0], points[index - 1][0]) << index;
  const double duration = report["duration_s"];
  EXPECT_LE(points[0][0], duration);
  EXPECT_GT(points.back()[0], 0.0);
}

TEST_F(Memory, OfThreadsAtOnceHasBoundsThatHoldTheTruth) {
  for (const char* count : {"2", "8"}) {
    SCOPED_TRACE(count);
    const Measured measured = measure({.words = {program("levels"), "threads", count}});
    ASSERT_EQ(measured.host.status, 0) << measured.host.err;
    const uint64_t truth = most_that_it_held(measured);
    const uint64_t others = 8192U * static_cast<uint64_t>(std::atoi(count));  // what starting a thread allocates
    const Json& memory = measured.report["memory"];
    EXPECT_GE(memory["peak_at_most"], truth);
    EXPECT_LE(memory["peak_at_most"], truth + others);
    EXPECT_LE(memory["peak_at_least"], truth + others);
    EXPECT_LE(memory["peak_at_least"], memory["peak_bytes"]);
    EXPECT_LE(memory["peak_bytes"], memory["peak_at_most"]);
    EXPECT_EQ(sum(measured, "peak_bytes") + memory["peak_short_lived_bytes"].get<uint64_t>(), memory["peak_bytes"]);
  }
}

TEST_F(Memory, AtThePeakIsSomebodysAlsoWhereAllBlocksComeAndGoInOneWindow) {
  const Measured measured = measure({.words = {program("levels"), "threads", "1"}});
  const Json& memory = measured.report["memory"];
  EXPECT_EQ(sum(measured, "peak_bytes"), memory["peak_bytes"]);
  EXPECT_EQ(memory["peak_short_lived_bytes"], 0);
  EXPECT_EQ(at(measured, "small_block", "peak_bytes"), 64'000U) << "the hill is in one window";
  EXPECT_EQ(at(measured, "small_block", "leaked_bytes"), 0U);
}

TEST_F(Memory, IsOnThePage) {
  ASSERT_EQ(measure({.words = {program("levels"), "steps"}}).host.status, 0);
  const Ended page = mallocop({"report", trace()});
  EXPECT_NE(page.out.find("peak 111.3 KiB"), std::string::npos) << page.out;
  EXPECT_NE(page.out.find(": 62.5 KiB small_block"), std::string::npos) << page.out;
  EXPECT_NE(page.out.find("48.8 KiB large_block"), std::string::npos) << page.out;
  EXPECT_NE(page.out.find("leaked: 1000 B small_block"), std::string::npos) << page.out;
}

}  // namespace
}  // namespace mallocop::test
