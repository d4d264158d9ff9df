// A library is closed and another comes to lie in its place: each stack names the functions of the library that was
// there at that time, and is whole.
#include <gmock/gmock.h>

#include "tests/support/measured.h"

namespace mallocop::test {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;

std::vector<std::string> functions(const Json& site) {
  std::vector<std::string> names;
  for (const Json& frame : site["stack"]) {
    names.push_back(frame["function"].is_null() ? "?" : frame["function"].get<std::string>());
  }
  return names;
}

class Dlclose : public Integration {};

TEST_F(Dlclose, StacksNameTheLibraryThatWasThereThen) {
  const std::string alpha = program("plugin_alpha.so");
  const std::string omega = program("plugin_omega.so");
  const Measured measured = measure({.words = {program("reopens"), alpha, omega}});
  ASSERT_EQ(measured.host.status, 0) << "7: the second library does not lie where the first lay";
  ASSERT_TRUE(measured.valid()) << measured.reporter.err;
  const struct {
    int size;
    std::string prefix, library;
  } plugins[] = {{1111, "alpha", alpha}, {2222, "omega", omega}};
  for (const auto& plugin : plugins) {
    SCOPED_TRACE(plugin.prefix);
    uint64_t allocations = 0;
    for (const Json& site : measured.report["sites"]) {
      if (site["largest"] != plugin.size) continue;
      allocations += site["allocations"].get<uint64_t>();
      EXPECT_FALSE(site["stack_truncated"].get<bool>());
      std::vector<std::string> names = functions(site);
      ASSERT_GE(names.size(), 5U);
      names.resize(4);
      EXPECT_THAT(names, ElementsAre(plugin.prefix + "_inner", plugin.prefix + "_middle", "run", "main"));
      for (size_t i = 0; i < 3; ++i) EXPECT_EQ(site["stack"][i]["module"], plugin.library);
      EXPECT_EQ(functions(site).back(), "_start");
    }
    EXPECT_EQ(allocations, 30U);
  }
}

}  // namespace
}  // namespace mallocop::test
