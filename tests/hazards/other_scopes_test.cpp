// Libraries that go around the hooks (RTLD_DEEPBIND, dlmopen): nothing breaks, and what can be seen of it is said.
#include "tests/support/measured.h"

namespace mallocop::test {
namespace {

class OtherScopes : public Integration {
 protected:
  Measured run(const std::string& how) const {
    const Command command = {.words = {program("opens"), how, program("exchanges.so"), "works"}};
    EXPECT_EQ(bare(command).status, 0);
    Measured measured = measure(command);
    EXPECT_EQ(measured.host.status, 0) << measured.host.err;
    EXPECT_TRUE(measured.report.is_object());
    return measured;
  }
  static uint64_t blocks_of(const Measured& measured, uint64_t size, const char* which = "allocations") {
    uint64_t blocks = 0;
    for (const Json& site : measured.report["sites"])
      if (site["largest"] == size) blocks += site[which].get<uint64_t>();
    return blocks;
  }
};

// Its own calls are not seen; a block of its that others free is a free of an unknown block, which the report counts.
TEST_F(OtherScopes, ALibraryThatIsBoundDeeplyIsNotSeenAndItsBlocksAreUnknown) {
  expect(UnknownBlocks::kFreed);
  const Measured measured = run("deepbind");
  EXPECT_EQ(measured.total("frees_of_unknown_blocks"), 7U);
  EXPECT_EQ(blocks_of(measured, 222), 0U);
  EXPECT_EQ(blocks_of(measured, 333), 3U);
  EXPECT_EQ(blocks_of(measured, 333, "leaked_allocations"), 1U) << "it freed them unseen, and they lay in one place";
}

TEST_F(OtherScopes, ANamespaceOfItsOwnIsNotSeen) {
  const Measured measured = run("namespace");
  EXPECT_TRUE(measured.valid()) << measured.reporter.out;
  EXPECT_EQ(measured.total("frees_of_unknown_blocks"), 0U);
  EXPECT_EQ(blocks_of(measured, 222), 0U);
}

}  // namespace
}  // namespace mallocop::test
