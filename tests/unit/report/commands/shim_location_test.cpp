#include "report/commands/shim_location.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "report/support/error.h"
#include "tests/unit/report/commands/scratch_folder.h"

namespace mallocop::report {
namespace {

using testing::HasSubstr;

class ShimLocationTest : public testing::Test {
 protected:
  void TearDown() override { ::unsetenv("MALLOCOP_LIBRARY"); }
  ScratchFolder folder_;
};

TEST_F(ShimLocationTest, TakesTheVariableFirst) {
  const std::string path = folder_.file("libmallocop.so", "x");
  ::setenv("MALLOCOP_LIBRARY", path.c_str(), 1);
  EXPECT_EQ(find_shim(), path);
}

TEST_F(ShimLocationTest, NamesTheVariableThatIsWrong) {
  ::setenv("MALLOCOP_LIBRARY", "/nonexistent/libmallocop.so", 1);
  try {
    find_shim();
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.status(), ExitStatus::kError);
    EXPECT_THAT(error.what(), HasSubstr("MALLOCOP_LIBRARY"));
  }
}

TEST_F(ShimLocationTest, RefusesPathsThatLdPreloadWouldSplitOrExpand) {
  for (const char* name : {"a b.so", "a:b.so", "$LIB.so", "a\tb.so"}) {
    ::setenv("MALLOCOP_LIBRARY", folder_.file(name, "x").c_str(), 1);
    EXPECT_THROW(find_shim(), Error) << name;
  }
}

TEST_F(ShimLocationTest, MakesTheVariableAbsolute) {
  const std::string path = folder_.file("libmallocop.so", "x");
  ::setenv("MALLOCOP_LIBRARY", std::filesystem::relative(path).c_str(), 1);
  EXPECT_TRUE(std::filesystem::path(find_shim()).is_absolute());
}

}  // namespace
}  // namespace mallocop::report
