// Whoever allocates before the shim is ready gets blocks like any other: a constructor that runs before the shim's own,
// and IFUNC resolvers, which run while the dynamic linker is still relocating, even before it relocated the shim.
#include <cstdlib>
#include <filesystem>
#include <sstream>

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

class Guard : public Early, public testing::WithParamInterface<const char*> {};

// dlsym allocates, and that must find the flag set. gcc knows dlsym as a function that does not call back, and drops
// stores before it that nobody seems to look at.
TEST_P(Guard, OfTheLookUpIsStillThereWhenItIsOptimised) {
  const std::filesystem::path folder = std::filesystem::path(std::getenv("MALLOCOP_PRELOAD_PAGE")).parent_path();
  const Ended compiled = bare({.words = {GetParam(), "-std=c++20", "-O2", "-fPIC", "-fvisibility=hidden", "-S", "-I",
                                         folder.parent_path(), folder / "real.cpp", "-o", file("real.s")}});
  ASSERT_EQ(compiled.status, 0) << compiled.err;
  std::istringstream code(read("real.s"));
  bool is_set = false;
  size_t calls = 0;
  for (std::string line; std::getline(code, line);) {
    if (line.find("g_resolving") != std::string::npos && line.find("movb\t$") != std::string::npos)
      is_set = line.find("$1") != std::string::npos;
    if (is_set && line.find("\tcall") != std::string::npos) ++calls;
  }
  EXPECT_GE(calls, 10U) << "the functions are looked up without it";
  EXPECT_FALSE(is_set) << "and it is taken back";
}

INSTANTIATE_TEST_SUITE_P(Compilers, Guard, testing::Values("g++", "clang++"),
                         [](const auto& one) { return one.param[0] == 'g' ? "gcc" : "clang"; });

}  // namespace
}  // namespace mallocop::test
