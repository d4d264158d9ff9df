// What libraries and the program find at their start: arguments, environment and the program's name are there before
// the first constructor, and what a constructor puts into the environment stays there.
#include "tests/support/measured.h"

namespace mallocop::test {
namespace {

class Start : public Integration {
 protected:
  Command command() const {
    return {.words = {program("starts"), program("starts_opened") + ".so"}, .environment = {{"VALUE", "7"}}};
  }
};

TEST_F(Start, IsAsItWouldBe) {
  const Ended alone = bare(command());
  ASSERT_EQ(alone.status, 0) << alone.err;
  ASSERT_NE(alone.out.find("constructor: 2 arguments"), std::string::npos) << alone.out;
  for (const With with : {With::kPreload, With::kLauncher}) {
    const Measured measured = measure(command(), with);
    EXPECT_EQ(measured.host.out, alone.out);
    EXPECT_NE(measured.host.err.find(alone.err), std::string::npos) << measured.host.err;
    EXPECT_TRUE(measured.valid()) << measured.reporter.out;
  }
}

}  // namespace
}  // namespace mallocop::test
