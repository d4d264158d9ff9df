// Real executables, built for this test: see meson.build.
#include "report/commands/target_check.h"

#include <elf.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <iterator>

#include "report/support/error.h"
#include "tests/unit/report/commands/scratch_folder.h"

namespace mallocop::report {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// What `action` throws, or a failure.
Error error_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    return error;
  }
  ADD_FAILURE() << "nothing was thrown";
  return Error(ExitStatus::kOk, "");
}

std::string fixture(const char* name) { return std::string(std::getenv("MALLOCOP_FIXTURES")) + "/" + name; }

void expect_refused(const std::string& path, const char* reason) {
  const Error error = error_of([&] { check_target(path); });
  EXPECT_EQ(error.status(), ExitStatus::kInvalid);
  EXPECT_THAT(error.what(), AllOf(HasSubstr(path), HasSubstr(reason)));
}

std::string bytes_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

TEST(CheckTarget, AcceptsADynamicExecutable) {
  const Target target = check_target(fixture("fixture_dynamic"));
  EXPECT_EQ(target.program, fixture("fixture_dynamic"));
}

TEST(CheckTarget, RefusesAStaticExecutable) { expect_refused(fixture("fixture_static"), "statically linked"); }

TEST(CheckTarget, RefusesAnExecutableWithItsOwnMalloc) {
  expect_refused(fixture("fixture_own_malloc"), "defines malloc itself");
}

TEST(CheckTarget, RefusesASanitizerBuild) { expect_refused(fixture("fixture_asan_symbol"), "AddressSanitizer"); }

TEST(CheckTarget, RefusesOtherMachinesAndClasses) {
  const ScratchFolder folder;
  std::string bytes = bytes_of(fixture("fixture_dynamic"));
  ASSERT_GT(bytes.size(), sizeof(Elf64_Ehdr));
  bytes[offsetof(Elf64_Ehdr, e_machine)] = static_cast<char>(EM_AARCH64);
  expect_refused(folder.file("other", bytes, 0755), "another machine");

  Elf32_Ehdr small = {};
  std::copy_n(ELFMAG, SELFMAG, small.e_ident);
  small.e_ident[EI_CLASS] = ELFCLASS32;
  small.e_ident[EI_DATA] = ELFDATA2LSB;
  small.e_ident[EI_VERSION] = EV_CURRENT;
  small.e_type = ET_EXEC;
  small.e_machine = EM_386;
  small.e_version = EV_CURRENT;
  small.e_ehsize = sizeof small;
  const std::string header(reinterpret_cast<const char*>(&small), sizeof small);
  expect_refused(folder.file("small", header, 0755), "32-bit");
}

TEST(CheckTarget, RefusesSomebodyElsesSetuidProgram) {
  if (::getuid() != 0) GTEST_SKIP() << "needs root to make one";
  const ScratchFolder folder;
  const std::string path = folder.file("privileged", bytes_of(fixture("fixture_dynamic")));
  ASSERT_EQ(::chown(path.c_str(), 65534, 65534), 0);
  ASSERT_EQ(::chmod(path.c_str(), 04755), 0);
  expect_refused(path, "setuid");
  ASSERT_EQ(::chmod(path.c_str(), 02755), 0);
  expect_refused(path, "setgid");
}

TEST(CheckTarget, SaysWhenAnElfFileIsDamaged) {
  const ScratchFolder folder;
  const std::string path = folder.file("damaged",
                                       "\x7f"
                                       "ELF and no more",
                                       0755);
  EXPECT_EQ(error_of([&] { check_target(path); }).status(), ExitStatus::kError);
}

TEST(CheckTarget, SurvivesEveryTruncationOfAnExecutable) {
  const ScratchFolder folder;
  const std::string bytes = bytes_of(fixture("fixture_dynamic"));
  for (size_t size = 4; size < bytes.size(); size += 1 + size / 16) {
    const std::string path = folder.file("cut", bytes.substr(0, size), 0755);
    try {
      check_target(path);
    } catch (const Error&) {  // any answer but a crash
    }
  }
}

TEST(CheckTarget, FollowsAScriptToItsInterpreter) {
  const ScratchFolder folder;
  const std::string script = folder.file("script", "#!" + fixture("fixture_dynamic") + " -x\n", 0755);
  const Target target = check_target(script);
  EXPECT_EQ(target.path, script);
  EXPECT_EQ(target.program, fixture("fixture_dynamic"));
}

TEST(CheckTarget, RefusesAScriptOfAStaticInterpreter) {
  const ScratchFolder folder;
  const std::string script = folder.file("script", "#! " + fixture("fixture_static") + "\n", 0755);
  const Error error = error_of([&] { check_target(script); });
  EXPECT_EQ(error.status(), ExitStatus::kInvalid);
  EXPECT_THAT(error.what(), HasSubstr("fixture_static"));
}

TEST(CheckTarget, LeavesEnvAlone) {  // the shim follows what env executes
  const ScratchFolder folder;
  for (const char* line : {"#!/usr/bin/env sh\n", "#!/usr/bin/env -S A=1 sh\n", "#!/usr/bin/env\n"}) {
    const std::string script = folder.file("script", line, 0755);
    const Target target = check_target(script);
    EXPECT_EQ(target.path, script);
    EXPECT_EQ(target.program, "/usr/bin/env");
  }
}

TEST(CheckTarget, NamesAnInterpreterThatIsMissing) {
  const ScratchFolder folder;
  const std::string script = folder.file("script", "#!/nonexistent/interpreter\n", 0755);
  const Error error = error_of([&] { check_target(script); });
  EXPECT_EQ(error.status(), ExitStatus::kError);
  EXPECT_THAT(error.what(), HasSubstr("/nonexistent/interpreter"));
}

TEST(CheckTarget, GivesUpOnScriptsThatInterpretThemselves) {
  const ScratchFolder folder;
  const std::string script = folder.path() + "/script";
  folder.file("script", "#!" + script + "\n", 0755);
  EXPECT_EQ(error_of([&] { check_target(script); }).status(), ExitStatus::kError);
}

TEST(CheckTarget, TakesATextWithoutAnInterpreterForAShellScript) {
  const ScratchFolder folder;
  EXPECT_EQ(check_target(folder.file("script", "echo hello\n", 0755)).program, "/bin/sh");
}

TEST(ResolveCommand, SearchesThePathInOrder) {
  const ScratchFolder folder;
  folder.file("not_executable", "x", 0644);
  const std::string tool = folder.file("tool", "x", 0755);
  const std::string before = std::getenv("PATH");
  ::setenv("PATH", ("/nonexistent:" + folder.path()).c_str(), 1);
  EXPECT_EQ(resolve_command("tool"), tool);
  EXPECT_THAT(error_of([] { resolve_command("not_executable"); }).what(), HasSubstr("may not be executed"));
  EXPECT_THAT(error_of([] { resolve_command("missing"); }).what(), HasSubstr("not in PATH"));
  ::setenv("PATH", before.c_str(), 1);
}

TEST(ResolveCommand, TakesAPathAsItIs) {
  const ScratchFolder folder;
  const std::string tool = folder.file("tool", "x", 0755);
  EXPECT_EQ(resolve_command(tool), tool);
  EXPECT_EQ(error_of([&] { resolve_command(folder.path() + "/missing"); }).status(), ExitStatus::kError);
  EXPECT_EQ(error_of([&] { resolve_command(folder.path() + "/"); }).status(), ExitStatus::kError);
  EXPECT_EQ(error_of([] { resolve_command(""); }).status(), ExitStatus::kError);
}

}  // namespace
}  // namespace mallocop::report
