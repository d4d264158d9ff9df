// One request, one answer, one count: every function of the allocator once, realloc in its corners, requests that must
// fail.
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "tests/support/measured.h"

namespace mallocop::test {
namespace {

class Requests : public Integration {
 protected:
  // Without what meson sets: glibc would fill each block, and one of them has 5 GiB.
  static Command corners() {
    return {.words = {program("corners")}, .environment = {{"MALLOC_PERTURB_", std::nullopt}}};
  }
  // The rows of preload/functions.def.
  static std::set<std::string> hooked_functions() {
    const std::filesystem::path page = std::getenv("MALLOCOP_PRELOAD_PAGE");
    std::ifstream in(page.parent_path() / "functions.def");
    std::set<std::string> names;
    for (std::string line; std::getline(in, line);) {
      const size_t hook = line.find("HOOK(");
      if (hook > 9 || line.starts_with("#")) continue;
      const size_t begin = line.find(", ", hook) + 2;
      names.insert(line.substr(begin, line.find(',', begin) - begin));
    }
    return names;
  }
};

TEST_F(Requests, AreCountedAsTheirCallerWouldCountThem) {
  const Measured measured = measure(corners());
  ASSERT_EQ(measured.host.status, 0);
  ASSERT_TRUE(measured.valid()) << measured.reporter.out;
  std::istringstream lines(measured.host.out);
  std::set<std::string> functions = hooked_functions();
  EXPECT_GE(functions.size(), 14U);
  functions.erase("dlclose");
  size_t cases = 0;
  for (std::string line; std::getline(lines, line); ++cases) {
    const size_t frees_at = line.rfind(' '), bytes_at = line.rfind(' ', frees_at - 1),
                 allocations_at = line.rfind(' ', bytes_at - 1);
    const std::string name = line.substr(0, allocations_at);
    SCOPED_TRACE(name);
    functions.erase(name);
    EXPECT_EQ(measured.operation(name)["count"], 1);
    EXPECT_EQ(measured.total_of(name, "allocations"), std::stoull(line.substr(allocations_at)));
    EXPECT_EQ(measured.total_of(name, "bytes"), std::stoull(line.substr(bytes_at)));
    EXPECT_EQ(measured.total_of(name, "frees"), std::stoull(line.substr(frees_at)));
  }
  EXPECT_GE(cases, 35U);
  EXPECT_TRUE(functions.empty()) << "is not called: " << *functions.begin();
  EXPECT_EQ(measured.total("leaked_allocations"), 0U);
  EXPECT_EQ(measured.total("frees_of_unknown_blocks"), 0U);
}

TEST_F(Requests, GiveTheSameAnswersAsWithoutTheShim) {
  const Ended bare_run = bare(corners());
  ASSERT_EQ(bare_run.status, 0);
  // Under the shim the two functions of C23 are there, whatever the C library has.
  std::istringstream lines(measure(corners()).host.out);
  std::string without;
  for (std::string line; std::getline(lines, line);)
    if (!line.starts_with("free_sized") && !line.starts_with("free_aligned_sized")) without += line + "\n";
  EXPECT_EQ(without, bare_run.out);
}

// A realloc's old block may be another thread's before the realloc returns.
TEST_F(Requests, ABlockThatReallocLeftIsNotLiveTwice) {
  const Command command = {.words = {program("realloc_hands_over")},
                           .environment = {{"LD_PRELOAD", shim() + ":" + program("bump_malloc.so")}}};
  const Measured measured = measure(command);
  ASSERT_EQ(measured.host.status, 0);
  ASSERT_TRUE(measured.valid()) << measured.reporter.out;
  EXPECT_EQ(measured.total("frees_of_unknown_blocks"), 0U);
  uint64_t allocations = 0, leaked = 0;
  for (const Json& site : measured.report["sites"]) {
    if (site["largest"] != 50 && site["largest"] != 100) continue;
    allocations += site["allocations"].get<uint64_t>();
    leaked += site["leaked_allocations"].get<uint64_t>();
  }
  EXPECT_EQ(allocations, 3U * 300U);
  EXPECT_EQ(measured.report["measurement"]["ambiguous_frees"], 0);
  EXPECT_EQ(leaked, 0U);
}

TEST_F(Requests, HaveTheSizeThatTheAllocatorGivesAndTakeBlocksOfOthers) {
  expect(UnknownBlocks::kFreed);
  ASSERT_EQ(bare({.words = {program("usable_sizes")}}).status, 0);
  const Measured measured = measure({.words = {program("usable_sizes")}});
  EXPECT_EQ(measured.host.status, 0);
  EXPECT_EQ(measured.total("frees_of_unknown_blocks"), 200U) << "the foreign ones";
}

// Known and documented: what the compiler removed is not there to be counted.
TEST_F(Requests, ThatTheCompilerRemovedAreNotThere) {
  EXPECT_EQ(measure({.words = {program("pairs_O0")}}).total("allocations"), 1000U);
  EXPECT_EQ(measure({.words = {program("pairs_O2")}}).total("allocations"), 0U);
}

}  // namespace
}  // namespace mallocop::test
