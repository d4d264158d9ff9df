// A process whose malloc is not the C library's is measured to the last block, or not at all and says so.
#include <gmock/gmock.h>

#include <filesystem>

#include "tests/support/measured.h"

namespace mallocop::test {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;

constexpr uint64_t kThreads = 4;
constexpr uint64_t kRounds = 2000;
constexpr uint64_t kAllocations = kThreads * (1 + 7 * kRounds);
constexpr uint64_t kBytes = kThreads * (1000 + 720 * kRounds);

class OtherAllocators : public Integration, public testing::WithParamInterface<std::pair<const char*, const char*>> {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(program(linked("c")))) GTEST_SKIP() << library() << " was not there at build time";
  }
  std::string library() const { return GetParam().second; }
  std::string linked(const std::string& language) const { return std::string(GetParam().first) + "_" + language; }
  static Command command(const std::string& name) {
    return {.words = {program(name), std::to_string(kThreads), std::to_string(kRounds)}};
  }
  Measured preloaded(const std::string& name, const std::string& list) const {
    Command with_list = command(name);
    with_list.environment = {{"LD_PRELOAD", list}};
    return measure(with_list);
  }
  void expect_exact(const Measured& measured) const {
    EXPECT_EQ(measured.host.status, 0) << measured.host.err;
    EXPECT_EQ(measured.host.out, "done\n");
    ASSERT_TRUE(measured.valid()) << measured.reporter.out.substr(0, 2000);
    EXPECT_EQ(measured.total_of("work", "allocations"), kAllocations);
    EXPECT_EQ(measured.total_of("work", "bytes"), kBytes);
    EXPECT_EQ(measured.sum_of_sites("work", "leaked_allocations"), 0U);
    EXPECT_EQ(measured.total("frees_of_unknown_blocks"), 0U);
    EXPECT_THAT(measured.report["fingerprint"]["allocator"].get<std::string>(), HasSubstr(library()));
  }
  void expect_refused(const Measured& measured, const char* reason) const {
    EXPECT_EQ(measured.host.status, 0) << measured.host.err;
    EXPECT_EQ(measured.host.out, "done\n") << "the host is not harmed";
    EXPECT_EQ(measured.reporter.status, 6);
    ASSERT_TRUE(measured.report.is_object()) << measured.reporter.err;
    EXPECT_THAT(measured.report["measurement"]["reasons"].get<std::vector<std::string>>(),
                Contains(AllOf(HasSubstr(library()), HasSubstr(reason))));
  }
};

TEST_P(OtherAllocators, BehindTheShimIsCountedExactly) {
  expect_exact(measure(command(linked("c"))));
  expect_exact(measure(command(linked("c")), With::kLauncher));
  expect_exact(preloaded("portable", shim() + ":" + library()));
}

TEST_P(OtherAllocators, WhoseOperatorNewGoesAroundMallocIsRefusedWithCppCode) {
  expect_refused(measure(command(linked("cpp"))), "operator new");
  expect_refused(preloaded("portable_cpp", shim() + ":" + library()), "operator new");
  expect_refused(preloaded("portable_fixed", shim() + ":" + library()), "operator new");
}

TEST_P(OtherAllocators, BeforeTheShimIsRefused) {
  expect_refused(preloaded("portable", library() + ":" + shim()), "stands before");
  expect_refused(preloaded("portable_cpp", library() + ":" + shim()), "stands before");
}

TEST_P(OtherAllocators, NeverMakeARunPass) {
  const Ended ended = mallocop({"run", "-o", trace(), "--limit", "work:allocs<=1000000", "--", program(linked("cpp")),
                                std::to_string(kThreads), "10"});
  EXPECT_EQ(ended.status, 6) << ended.err;
  EXPECT_THAT(ended.err, HasSubstr("operator new"));
}

INSTANTIATE_TEST_SUITE_P(Each, OtherAllocators,
                         testing::Values(std::pair("jemalloc", "libjemalloc.so.2"),
                                         std::pair("mimalloc", "libmimalloc.so.2"),
                                         std::pair("tcmalloc", "libtcmalloc_minimal.so.4")),
                         [](const auto& one) { return one.param.first; });

using OwnAllocator = Integration;

TEST_F(OwnAllocator, OfTheLibraryIsExactWithCppCodeAtAnyAddress) {
  for (const char* name : {"portable_cpp", "portable_fixed"}) {
    const Measured measured = measure({.words = {program(name), "4", "2000"}});
    ASSERT_TRUE(measured.valid()) << name << measured.reporter.out.substr(0, 2000);
    EXPECT_EQ(measured.total_of("work", "allocations"), kAllocations + kThreads * kRounds * 3);
    EXPECT_EQ(measured.total_of("work", "bytes"), kBytes + kThreads * kRounds * 296);
  }
}

// Without the launcher nobody looks at the program first.
TEST_F(OwnAllocator, InTheProgramIsRefusedByTheReport) {
  for (const char* name : {"own_malloc", "static_jemalloc"}) {
    if (!std::filesystem::exists(program(name))) continue;
    const Measured measured = measure({.words = {program(name), "100"}});
    EXPECT_EQ(measured.host.status, 5) << name;
    EXPECT_EQ(measured.host.out, "done\n") << name;
    EXPECT_EQ(measured.reporter.status, 6) << name;
    EXPECT_THAT(measured.report["measurement"]["reasons"].get<std::vector<std::string>>(),
                Contains(HasSubstr("stands before")))
        << name;
  }
}

}  // namespace
}  // namespace mallocop::test
