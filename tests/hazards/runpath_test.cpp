// dlopen looks at who calls it: a library finds what its own RUNPATH names, since the shim does not stand in between.
#include "tests/support/measured.h"

namespace mallocop::test {
namespace {

class Runpath : public Integration {};

TEST_F(Runpath, OfALibraryIsLookedAtWhenItOpensAnother) {
  const Command command = {.words = {program("opens"), "now", program("needs_origin.so"), "opens_by_name"},
                           .environment = {{"LD_LIBRARY_PATH", std::nullopt}}};  // meson's would find it
  ASSERT_EQ(bare(command).status, 0);
  const Measured measured = measure(command);
  EXPECT_EQ(measured.host.status, 0) << measured.host.err;
  EXPECT_TRUE(measured.valid()) << measured.reporter.out;
  EXPECT_GE(measured.total("allocations"), 3U);
}

}  // namespace
}  // namespace mallocop::test
