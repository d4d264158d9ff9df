#include "report/export/flame_tree.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/unit/report/add_stack.h"
#include "tests/unit/report/export/exported.h"

namespace mallocop::report {
namespace {

using testing::ElementsAre;

// "a 3", "a;b 2": each node with a caller before what it calls, the widest first.
void list(const FlameTree& tree, uint32_t node, const std::string& path, std::vector<std::string>& lines) {
  for (const uint32_t child : tree.nodes[node].children) {
    EXPECT_EQ(tree.nodes[child].parent, node);
    const std::string name = path + tree.names[tree.nodes[child].name];
    lines.push_back(name + " " + std::to_string(tree.nodes[child].value));
    list(tree, child, name + ";", lines);
  }
}

std::vector<std::string> lines_of(const FlameTree& tree) {
  std::vector<std::string> lines;
  list(tree, 0, "", lines);
  return lines;
}

class OfThreeStacks : public testing::Test {
 protected:
  OfThreeStacks() {
    add({"malloc", "grow", "parse", "main"}, 5);
    add({"malloc", "grow", "main"}, 3);
    add({"malloc", "grow", "grow", "main"}, 1);
  }
  void add(const std::vector<std::string>& functions, uint64_t value) {
    std::vector<Frame> frames;
    frames.reserve(functions.size());
    for (const std::string& function : functions) frames.push_back(named_frame(function));
    add_site(profile_, add_stack(profile_, frames), value);
  }
  FlameTree tree() const {
    const ExportInput input{profile_, find_export_metric("allocations")};
    return make_flame_tree(ExportPaths(input, ExportPaths::Operations::kAsPlaces), input);
  }

  Profile profile_;
};

TEST_F(OfThreeStacks, HasTheOutermostFramesFirst) {
  EXPECT_EQ(tree().nodes[0].value, 9U);
  EXPECT_THAT(lines_of(tree()),
              ElementsAre("main 9", "main;parse 5", "main;parse;grow 5", "main;parse;grow;malloc 5", "main;grow 4",
                          "main;grow;malloc 3", "main;grow;grow 1", "main;grow;grow;malloc 1"));
}

TEST_F(OfThreeStacks, InvertedShowsWhoCallsWhatAllocates) {
  const FlameTree turned = inverted(tree(), 0);
  EXPECT_EQ(turned.nodes[0].value, 9U);
  EXPECT_THAT(lines_of(turned),
              ElementsAre("malloc 9", "malloc;grow 9", "malloc;grow;parse 5", "malloc;grow;parse;main 5",
                          "malloc;grow;main 3", "malloc;grow;grow 1", "malloc;grow;grow;main 1"));
  EXPECT_EQ(turned.nodes[turned.nodes[turned.nodes[turned.nodes[0].children[0]].children[0]].children[1]].own, 3U);
}

TEST_F(OfThreeStacks, InvertedTwiceIsAsItWas) {
  EXPECT_EQ(lines_of(inverted(inverted(tree(), 0), 0)), lines_of(tree()));
}

TEST_F(OfThreeStacks, InvertedGoesNoDeeperThanIsWorthIt) {
  EXPECT_THAT(lines_of(inverted(tree(), 4)),
              ElementsAre("malloc 9", "malloc;grow 9", "malloc;grow;parse 5", "malloc;grow;parse;main 5",
                          "malloc;grow;main 3", "malloc;grow;grow 1"));
}

TEST(FlameTree, OfNothingHasARoot) {
  const Profile profile;
  const ExportInput input{profile, find_export_metric("allocations")};
  const FlameTree tree = make_flame_tree(ExportPaths(input, ExportPaths::Operations::kAsPlaces), input);
  EXPECT_EQ(inverted(tree, 0).nodes.size(), 1U);
}

}  // namespace
}  // namespace mallocop::report
