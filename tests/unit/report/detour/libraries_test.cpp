#include "report/detour/libraries.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "report/support/error.h"

namespace mallocop::report {
namespace {

using testing::Contains;
using testing::Each;
using testing::HasSubstr;
using testing::Not;

TEST(Libraries, AreThoseThatTheProgramIsStartedWith) {
  const std::vector<std::string> libraries = libraries_of("/proc/self/exe");
  EXPECT_THAT(libraries, Contains(HasSubstr("/libstdc++.so.6")));
  EXPECT_THAT(libraries, Each(Not(HasSubstr("/libc.so.6"))));
  EXPECT_THAT(libraries, Each(Not(HasSubstr("/ld-linux"))));
}

TEST(Libraries, OfWhatIsNoProgramAreAnError) {
  EXPECT_THROW(libraries_of("/etc/passwd"), Error);
  EXPECT_THROW(libraries_of("/nonexistent"), Error);
}

}  // namespace
}  // namespace mallocop::report
