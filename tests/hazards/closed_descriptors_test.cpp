// A host that closes all descriptors and opens files of its own in their places: the shim touches none of them and its
// trace is whole.
#include "tests/support/measured.h"

namespace mallocop::test {
namespace {

class ClosedDescriptors : public Integration, public testing::WithParamInterface<With> {};

TEST_P(ClosedDescriptors, AreNotMissedAndTheHostsFilesAreNotTouched) {
  Command command = {.words = {program("closes_all")}};
  for (int i = 0; i < 20; ++i) command.words.push_back(file("host" + std::to_string(i)));
  const Measured measured = measure(command, GetParam());
  EXPECT_EQ(measured.host.status, 0) << measured.host.err;
  for (int i = 0; i < 20; ++i) EXPECT_EQ(read("host" + std::to_string(i)), "the host's own words\n");
  ASSERT_TRUE(measured.valid()) << measured.reporter.err << measured.reporter.out;
  EXPECT_EQ(measured.total("allocations"), 200000U);
  EXPECT_EQ(measured.total("leaked_allocations"), 200000U);
  uint64_t bytes = 0;
  for (uint64_t i = 0; i < 200000; ++i) bytes += 16 + i % 100;
  EXPECT_EQ(measured.total("bytes"), bytes);
  EXPECT_GT(read("t.mcop").size(), size_t{1} << 19) << "the trace had to grow";
}

INSTANTIATE_TEST_SUITE_P(Both, ClosedDescriptors, testing::Values(With::kPreload, With::kLauncher),
                         [](const auto& one) { return one.param == With::kPreload ? "preload" : "launcher"; });

}  // namespace
}  // namespace mallocop::test
