#include "report/trace/flat_map.h"

#include <gtest/gtest.h>

#include <random>
#include <unordered_map>

namespace mallocop::report {
namespace {

TEST(FlatMap, FindsNothingWhenEmpty) {
  FlatMap<int> map;
  EXPECT_EQ(map.find(0), nullptr);
  map.erase(0);
  EXPECT_EQ(map.size(), 0U);
}

TEST(FlatMap, AgreesWithTheStandardMapThroughRandomInsertsAndErases) {
  FlatMap<uint64_t> map;
  std::unordered_map<uint64_t, uint64_t> expected;
  std::mt19937 random(7);  // NOLINT(cert-msc51-cpp): the same numbers in every run
  for (uint64_t step = 0; step < 200000; ++step) {
    // Few addresses, 16 bytes apart as from malloc: many collisions and long runs.
    const uint64_t address = uint64_t{random() % 3000} * 16;
    if (random() % 2 == 0) {
      map[address] = step;
      expected[address] = step;
    } else {
      map.erase(address);
      expected.erase(address);
    }
  }
  ASSERT_EQ(map.size(), expected.size());
  for (const auto& [address, value] : expected) {
    const uint64_t* const found = map.find(address);
    ASSERT_NE(found, nullptr);
    EXPECT_EQ(*found, value);
  }
  size_t visited = 0;
  map.for_each([&](uint64_t address, uint64_t value) {
    EXPECT_EQ(expected.at(address), value);
    ++visited;
  });
  EXPECT_EQ(visited, expected.size());
}

TEST(FlatMap, SaysWhetherAnInsertMadeTheEntry) {
  FlatMap<uint64_t> map;
  const auto [fresh, added] = map.insert(0);
  EXPECT_TRUE(added);
  EXPECT_EQ(*fresh, 0U);
  *fresh = 7;
  const auto [known, again] = map.insert(0);
  EXPECT_FALSE(again);
  EXPECT_EQ(*known, 7U);
}

}  // namespace
}  // namespace mallocop::report
