// Code without unwind information, with wrong information, or made at run time: the host lives, its blocks are counted,
// and a stack that goes through such code ends there and says so.
#include "tests/support/measured.h"

namespace mallocop::test {
namespace {

class BrokenCfi : public Integration {
 protected:
  static std::vector<std::string> functions(const Json& site) {
    std::vector<std::string> names;
    for (const Json& frame : site["stack"]) {
      names.push_back(frame["function"].is_null() ? "?" : frame["function"].get<std::string>());
    }
    return names;
  }
};

TEST_F(BrokenCfi, EndsAStackAndNotTheHost) {
  const Measured measured = measure({.words = {program("odd_code")}});
  ASSERT_EQ(measured.host.status, 0);
  EXPECT_EQ(measured.host.out, "done\n");
  ASSERT_TRUE(measured.valid()) << measured.reporter.out;
  uint64_t truncated = 0;
  for (const Json& site : measured.report["sites"]) {
    if (site["operation"].is_null()) continue;
    const std::string name = site["operation"];
    SCOPED_TRACE(name);
    const std::vector<std::string> names = functions(site);
    ASSERT_GE(names.size(), 2U);
    EXPECT_EQ(names[0], "allocate");
    EXPECT_EQ(names[1], name == "made" ? "?" : "odd_" + name);
    // What was read by wrong information may look like a stack, and is not known to be none.
    if (name == "endless") continue;
    EXPECT_TRUE(site["stack_truncated"].get<bool>()) << site.dump(1);
    if (name != "below") {
      EXPECT_EQ(names.size(), 2U) << "nothing is guessed behind the frame that cannot be followed";
    }
    truncated += site["allocations"].get<uint64_t>();
  }
  EXPECT_EQ(truncated, 10U * 100U);
  EXPECT_EQ(measured.report["measurement"]["stacks_truncated"], truncated);
  for (const Json& operation : measured.report["operations"]) {
    EXPECT_EQ(operation["allocations"]["total"], 100) << operation["name"];
  }
}

}  // namespace
}  // namespace mallocop::test
