// The formats of Valgrind's tools.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/unit/report/add_stack.h"
#include "tests/unit/report/export/exported.h"

namespace mallocop::report {
namespace {

using testing::HasSubstr;
using testing::Not;

// main calls f, f calls g, g calls f again, and that f calls h.
Profile recursion() {
  Profile profile;
  profile.frames = {named_frame("h", 5), named_frame("f", 2), named_frame("g", 3), named_frame("f", 4),
                    named_frame("main", 1)};
  add_site(profile, add_stack_of(profile, {0, 3, 2, 1, 4}), 10);
  return profile;
}

TEST(Callgrind, TheEntriesOfARecursionAreFunctionsOfTheirOwn) {
  EXPECT_THAT(exported("callgrind", recursion()),
              HasSubstr("events: Allocations Bytes Temporary PeakBlocks PeakBytes LeakedBlocks LeakedBytes\n"
                        "summary: 10 10 10 10 10 10 10\n"
                        "\nob=(1) /opt/bench/x\nfl=(1) /src/x.cpp\nfn=(4) main\n"
                        "cob=(1)\ncfi=(1)\ncfn=(2) f\ncalls=10 0\n1 10 10 10 10 10 10 10\n"
                        "\nob=(1)\nfl=(1)\nfn=(2)\n"
                        "cob=(1)\ncfi=(1)\ncfn=(3) g\ncalls=10 0\n2 10 10 10 10 10 10 10\n"
                        "\nob=(1)\nfl=(1)\nfn=(3)\n"
                        "cob=(1)\ncfi=(1)\ncfn=(9) f'2\ncalls=10 0\n3 10 10 10 10 10 10 10\n"
                        "\nob=(1)\nfl=(1)\nfn=(9)\n"
                        "cob=(1)\ncfi=(1)\ncfn=(1) h\ncalls=10 0\n4 10 10 10 10 10 10 10\n"
                        "\nob=(1)\nfl=(1)\nfn=(1)\n5 10 10 10 10 10 10 10\n"
                        "totals: 10 10 10 10 10 10 10\n"));
}

TEST(Callgrind, AVeryDeepRecursionIsShownWithoutTheRoundsInBetween) {
  Profile profile;
  profile.frames = {named_frame("h", 5), named_frame("f", 2), named_frame("g", 3), named_frame("main", 1)};
  std::vector<FrameIndex> frames = {0};
  for (int round = 0; round < 1'000; ++round) frames.insert(frames.end(), {1, 2});
  frames.push_back(3);
  add_site(profile, add_stack_of(profile, frames), 10);
  const std::string text = exported("callgrind", profile);
  EXPECT_THAT(text, HasSubstr(" f'20\n"));
  EXPECT_THAT(text, Not(HasSubstr(" f'21\n")));
  EXPECT_THAT(text, HasSubstr("totals: 10 10"));
  // Every function is called once, so what it costs is 10.
  size_t calls = 0;
  for (size_t at = text.find("calls="); at != std::string::npos; at = text.find("calls=", at + 1)) ++calls;
  EXPECT_EQ(calls, 2 * 20 + 1U);
}

TEST(Dhat, HasEachStackOnce) {
  Profile profile;
  profile.frames = {named_frame("f"), named_frame("main")};
  add_site(profile, add_stack_of(profile, {0, 1}), 3);
  add_site(profile, add_stack_of(profile, {0, 1}), 4);
  const auto document = nlohmann::json::parse(exported("dhat", profile));
  ASSERT_EQ(document["pps"].size(), 1U);
  EXPECT_EQ(document["pps"][0]["tb"], 7);
  EXPECT_EQ(document["pps"][0]["fs"], nlohmann::json({1, 2}));
  EXPECT_EQ(document["ftbl"][1], "0x1001: f (x.cpp:1)");
}

TEST(Massif, PutsSmallOnesTogetherAndGoesFromTheAllocationToItsCallers) {
  Profile profile;
  add_site(profile, add_stack(profile, {named_frame("malloc"), named_frame("large", 7), named_frame("main", 9)}),
           1'000);
  for (uint32_t number = 0; number < 3; ++number) {
    add_site(profile, add_stack(profile, {named_frame("small" + std::to_string(number)), named_frame("main", 9)}), 2);
  }
  profile.memory.points = {{1, 1'006, 1'006, 4, 1'006}, {2, 1'006, 1'006, 4, 1'006}};
  profile.memory.peak_time_s = 1.5;
  EXPECT_THAT(exported("massif", profile),
              HasSubstr("time=1500\nmem_heap_B=1006\nmem_heap_extra_B=0\nmem_stacks_B=0\n"
                        "heap_tree=peak\n"
                        "n2: 1006 (heap allocation functions) malloc/new/new[], --alloc-fns, etc.\n"
                        " n1: 1000 0x1007: large (x.cpp:7)\n"
                        "  n0: 1000 0x1009: main (x.cpp:9)\n"
                        " n0: 6 in 3 places, all below massif's threshold (1.00%)\n"));
}

TEST(Massif, HasATreeForEachSnapshotAndTheEndAsLast) {
  Profile profile;
  add_site(profile, add_stack(profile, {named_frame("main", 9)}), 100);
  profile.memory.points = {{0.08, 80, 60, 1, 100}, {0.1, 100, 20, 1, 60}};
  profile.memory.snapshots = {{1, {{0, 1, 20}}}};
  const std::string text = exported("massif", profile);
  EXPECT_THAT(text, HasSubstr("time_unit: ms\n"));
  EXPECT_THAT(text, HasSubstr("time=80\nmem_heap_B=60\nmem_heap_extra_B=0\nmem_stacks_B=0\nheap_tree=empty\n"));
  EXPECT_TRUE(
      text.ends_with("time=100\nmem_heap_B=20\nmem_heap_extra_B=0\nmem_stacks_B=0\nheap_tree=detailed\n"
                     "n1: 20 (heap allocation functions) malloc/new/new[], --alloc-fns, etc.\n"
                     " n0: 20 0x1009: main (x.cpp:9)\n"))
      << text;
}

}  // namespace
}  // namespace mallocop::report
