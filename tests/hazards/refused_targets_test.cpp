// Targets that a preloaded library cannot measure are refused before they run, with the reason and status 6; those that
// cannot be started at all with status 1. Either way nothing is run and nothing is written.
#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "tests/support/measured.h"

namespace mallocop::test {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;

class RefusedTargets : public Integration {
 protected:
  void expect_refused(const std::string& target, const std::string& reason) const { expect(target, reason, 6); }
  void expect_not_started(const std::string& target, const std::string& reason) const { expect(target, reason, 1); }

  std::string executable(const std::string& name, const std::string& text) const {
    write(name, text);
    fs::permissions(file(name), fs::perms::owner_all);
    return file(name);
  }

 private:
  void expect(const std::string& target, const std::string& reason, int status) const {
    SCOPED_TRACE(target);
    const std::vector<std::string> before = files();
    for (const bool limited : {false, true}) {
      std::vector<std::string> words = {"run"};
      if (limited) words.insert(words.end(), {"--limit", "total:leaked_bytes<=1000000000"});
      words.insert(words.end(), {"--", target, "1"});
      const Ended ended = mallocop(words);
      EXPECT_EQ(ended.status, status) << ended.err;
      EXPECT_THAT(ended.err, AllOf(HasSubstr(target), HasSubstr(reason)));
      EXPECT_THAT(ended.out, IsEmpty()) << "it ran";
    }
    EXPECT_EQ(files(), before);
  }
};

TEST_F(RefusedTargets, AStaticProgram) { expect_refused(program("empty_static"), "statically linked"); }

TEST_F(RefusedTargets, AGoProgram) {
  expect_refused(program("go_static"), "Go program");
  expect_refused(program("go"), "Go program");
}

TEST_F(RefusedTargets, AProgramBuiltWithASanitizer) {
  expect_refused(program("asan"), "AddressSanitizer");
  expect_refused(program("tsan"), "ThreadSanitizer");
  expect_refused(program("lsan"), "LeakSanitizer");
}

TEST_F(RefusedTargets, ButNotOneWhoseSanitizerBringsNoMalloc) {
  const Ended ended = mallocop({"run", "-o", trace(), "--", program("ubsan"), "3"});
  EXPECT_EQ(ended.status, 5) << "the program's own: " << ended.err;
  EXPECT_EQ(ended.out, "done\n");
  EXPECT_EQ(report_of(ended).total("allocations"), 3U + 1U) << "and what libubsan keeps, which is written in C++";
}

TEST_F(RefusedTargets, A32BitProgram) {
  expect_refused(program("small_static"), "32-bit");
  if (fs::exists(program("small_dynamic"))) expect_refused(program("small_dynamic"), "32-bit");
}

TEST_F(RefusedTargets, AProgramWithAnAllocatorInside) {
  expect_refused(program("own_malloc"), "defines malloc itself");
  if (fs::exists(program("static_jemalloc"))) expect_refused(program("static_jemalloc"), "defines malloc itself");
}

TEST_F(RefusedTargets, SomebodyElsesSetuidProgram) {
  if (::getuid() != 0) GTEST_SKIP() << "needs root to make one";
  fs::copy_file(program("keeps"), file("privileged"));
  ASSERT_EQ(::chown(file("privileged").c_str(), 65534, 65534), 0);
  ASSERT_EQ(::chmod(file("privileged").c_str(), 04755), 0);
  expect_refused(file("privileged"), "setuid");
  ASSERT_EQ(::chmod(file("privileged").c_str(), 02755), 0);
  expect_refused(file("privileged"), "setgid");
}

TEST_F(RefusedTargets, AScriptOfSuchAProgram) {
  ASSERT_EQ(mallocop({"run", "--", executable("one", "#!" + program("empty_static") + " -x\n")}).status, 6);
  const Ended ended = mallocop({"run", "--", executable("two", "#! " + file("one") + "\n")});
  EXPECT_EQ(ended.status, 6);
  EXPECT_THAT(ended.err, HasSubstr(program("empty_static"))) << "the one that cannot be measured is named";
}

TEST_F(RefusedTargets, WhatCannotBeStarted) {
  expect_not_started(file("missing"), "No such file");
  expect_not_started("no-such-program-anywhere", "not in PATH");
  write("text", "not executable\n");
  expect_not_started(file("text"), "Permission denied");
  fs::create_directories(file("folder"));
  expect_not_started(file("folder"), "Permission denied");
  expect_not_started(executable("damaged",
                                "\x7f"
                                "ELF and no more"),
                     "damaged");
  expect_not_started(executable("script", "#!/no/such/interpreter\n"), "/no/such/interpreter");
}

// The dynamic linker of a 32-bit program complains about a 64-bit library in LD_PRELOAD.
TEST_F(RefusedTargets, AsAChildRunAsTheyWouldAlone) {
  for (const char* name : {"small_static", "small_dynamic", "asan", "go_static", "own_malloc"}) {
    if (!fs::exists(program(name))) continue;
    const std::string script = program(name) + " 1; echo \"status $?\"";
    const Ended alone = bare({.words = {"sh", "-c", script}});
    const Measured measured = measure({.words = {"sh", "-c", script}}, With::kLauncher);
    EXPECT_EQ(measured.host.out, alone.out) << name;
    EXPECT_EQ(measured.host.err, alone.err) << name;
    EXPECT_EQ(measured.host.err, "") << name;
    EXPECT_TRUE(measured.valid()) << name << measured.reporter.err;
  }
}

}  // namespace
}  // namespace mallocop::test
