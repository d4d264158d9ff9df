#include "report/support/nearest.h"

#include <gtest/gtest.h>

#include <array>

namespace mallocop::report {
namespace {

constexpr std::array<std::string_view, 3> kWords = {"allocs", "bytes", "latency"};

TEST(EditDistance, CountsInsertionsDeletionsReplacementsAndSwaps) {
  EXPECT_EQ(edit_distance("", ""), 0U);
  EXPECT_EQ(edit_distance("", "abc"), 3U);
  EXPECT_EQ(edit_distance("allocs", "alocs"), 1U);
  EXPECT_EQ(edit_distance("allocs", "alolcs"), 1U);
  EXPECT_EQ(edit_distance("bytes", "Bytes"), 1U);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3U);
}

TEST(Nearest, FindsTheClosestWord) {
  EXPECT_EQ(nearest("alocs", kWords), "allocs");
  EXPECT_EQ(nearest("byte", kWords), "bytes");
  EXPECT_EQ(nearest("latencies", kWords), "latency");
}

TEST(Nearest, IsEmptyWithoutCandidates) { EXPECT_EQ(nearest("x", {}), ""); }

TEST(UnknownWord, NamesTheNearestAndAllThatAreKnown) {
  EXPECT_EQ(unknown_word("metric", "byte", kWords),
            "unknown metric 'byte'; did you mean 'bytes'? (known: allocs, bytes, latency)");
}

}  // namespace
}  // namespace mallocop::report
