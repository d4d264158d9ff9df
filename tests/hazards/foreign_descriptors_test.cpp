// The shim leaves no descriptor open: a host's own get the numbers that they have without it, its closed standard
// descriptors stay its own, and where it uses libunwind itself that library meets none of its files.
#include "tests/support/measured.h"

namespace mallocop::test {
namespace {

class ForeignDescriptors : public Integration {};

TEST_F(ForeignDescriptors, HaveTheNumbersThatTheyHaveWithoutTheShim) {
  const Command command = {.words = {program("descriptors"), file("out")}};
  const Ended bare_run = bare(command);
  ASSERT_EQ(bare_run.status, 0);
  ASSERT_NE(bare_run.out, "");
  for (const With with : {With::kPreload, With::kLauncher}) {
    const Measured measured = measure(command, with);
    EXPECT_EQ(measured.host.out, bare_run.out);
    EXPECT_EQ(measured.host.status, 0);
    EXPECT_TRUE(measured.valid()) << measured.reporter.out;
    EXPECT_GT(read("t.mcop").size(), size_t{1} << 18) << "the trace had to grow";
  }
}

TEST_F(ForeignDescriptors, MayTakeThePlacesOfTheStandardOnes) {
  const Command command = {.words = {program("descriptors"), file("out"), "close"}};
  ASSERT_EQ(bare(command).status, 0);
  const std::string said = read("out");
  ASSERT_NE(said, "");
  const Measured measured = measure(command);
  EXPECT_EQ(read("out"), said);
  EXPECT_EQ(measured.host.status, 0);
  EXPECT_EQ(measured.host.out + measured.host.err, "");
  EXPECT_TRUE(measured.valid()) << measured.reporter.out;
}

TEST_F(ForeignDescriptors, AreNotMetByAnUnwinderThatHostAndShimShare) {
  const Command command = {.words = {program("unwinds_itself"), file("one"), file("two")}};
  ASSERT_EQ(bare(command).status, 0);
  const Measured measured = measure(command);
  EXPECT_EQ(measured.host.status, 0) << measured.host.err;
  EXPECT_TRUE(measured.valid()) << measured.reporter.out;
}

}  // namespace
}  // namespace mallocop::test
