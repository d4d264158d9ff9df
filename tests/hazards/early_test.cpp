// Whoever allocates before the shim is ready gets blocks like any other: a constructor that runs before the shim's own,
// and IFUNC resolvers, which run while the dynamic linker is still relocating, even before it relocated the shim.
#include "tests/support/measured.h"

namespace mallocop::test {
namespace {

class Early : public Integration {};

TEST_F(Early, AConstructorBeforeTheShimsOwnIsServedAndCounted) {
  const std::string first = program("first_of_all.so");
  for (const std::string& list : {shim() + ":" + first, first + ":" + shim()}) {
    SCOPED_TRACE(list);
    const Measured measured = measure({.words = {program("empty")}, .environment = {{"LD_PRELOAD", list}}});
    EXPECT_EQ(measured.host.status, 0);
    EXPECT_EQ(measured.host.err, "");
    ASSERT_TRUE(measured.valid()) << measured.reporter.err << measured.reporter.out;
    EXPECT_EQ(measured.total("allocations"), 8U);
    EXPECT_EQ(measured.total("bytes"), 15U + 30 + 3000 + 20 + 40 + 128 + 1000000 + 6000);
    EXPECT_EQ(measured.total("frees"), 8U);
    EXPECT_EQ(measured.total("leaked_allocations"), 0U);
    EXPECT_EQ(measured.total("frees_of_unknown_blocks"), 0U);
  }
}

class Resolvers : public Early, public testing::WithParamInterface<const char*> {};

// The program's resolver and main are counted; the library's runs before the shim is relocated, and is not.
TEST_P(Resolvers, MayAllocate) {
  const Command command = {.words = {program("ifunc_allocates")}, .environment = {{"LD_BIND_NOW", GetParam()}}};
  ASSERT_EQ(bare(command).status, 0);
  const Measured measured = measure(command);
  EXPECT_EQ(measured.host.status, 0);
  EXPECT_EQ(measured.host.err, "");
  ASSERT_TRUE(measured.valid()) << measured.reporter.err << measured.reporter.out;
  EXPECT_EQ(measured.total("allocations"), 3U);
  EXPECT_EQ(measured.total("bytes"), 111U + 222 + 5000);
  EXPECT_EQ(measured.total("frees"), 3U);
  EXPECT_EQ(measured.total("frees_of_unknown_blocks"), 0U);
}

INSTANTIATE_TEST_SUITE_P(Binding, Resolvers, testing::Values("", "1"),
                         [](const auto& one) { return one.param[0] == '\0' ? "lazy" : "now"; });

}  // namespace
}  // namespace mallocop::test
