#include "report/commands/command_line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "report/support/error.h"
#include "report/support/version.h"

namespace mallocop::report {
namespace {

using testing::HasSubstr;

struct Mistake {
  std::vector<std::string> arguments;
  const char* message;
};

TEST(CommandLine, MistakesAreUsageErrorsThatNameTheirPlace) {
  const Mistake mistakes[] = {
      {{}, "required"},
      {{"rn", "--", "ls"}, "did you mean 'run'"},
      {{"--frob"}, "--frob"},
      {{"run"}, "no command"},
      {{"run", "--"}, "no command"},
      {{"run", "./bench"}, "write it after --"},
      {{"run", "--follow", "x", "--", "ls"}, "--follow"},
      {{"run", "--op", "x", "--list-ops", "x", "--", "ls"}, "--list-ops"},
      {{"run", "-o", "-", "--", "ls"}, "-o -"},
      {{"run", "--limit", "nonsense", "--", "ls"}, "nonsense"},
      {{"run", "--budget", "/nonexistent.toml", "--", "ls"}, "/nonexistent.toml"},
      {{"run", "--baseline", "a", "--save-baseline", "b", "--", "ls"}, "--save-baseline"},
      {{"run", "--format", "docx", "--", "ls"}, "--format"},
      {{"run", "--color", "sometimes", "--", "ls"}, "--color"},
      {{"run", "--warmup", "-3", "--", "ls"}, "--warmup"},
      {{"report"}, "TRACE"},
      {{"report", "x", "--top", "many"}, "--top"},
      {{"report", "/nonexistent.mcop"}, "/nonexistent.mcop"},
      {{"check", "x"}, "nothing to check against"},
      {{"check", "x", "--limit", "parse:allocs<=0", "--format", "docx"}, "--format"},
      {{"report", "x", "--format", "junit"}, "--format"},
      {{"run", "--source-root", "/nonexistent", "--", "ls"}, "--source-root"},
      {{"baseline"}, "subcommand"},
      {{"baseline", "show", "a/b"}, "a/b"},
      {{"init"}, "a command after --"},
      {{"check", "x", "y", "--save-baseline", "b"}, "one trace"},
      {{"frobnicate", "x"}, "frobnicate"},
      {{"self-test", "x"}, "x"},
  };
  for (const Mistake& mistake : mistakes) {
    try {
      run_command_line(mistake.arguments);
      ADD_FAILURE() << mistake.message;
    } catch (const Error& error) {
      EXPECT_EQ(error.status(), ExitStatus::kUsage) << error.what();
      EXPECT_THAT(error.what(), HasSubstr(mistake.message));
    }
  }
}

TEST(CommandLine, AMissingBaselineIsNoticedBeforeTheCommandRuns) {
  try {
    run_command_line({"run", "--baseline", "no_such_baseline", "--", "/nonexistent/command"});
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.status(), ExitStatus::kNoBaseline);
  }
}

TEST(CommandLine, ACommandThatIsNotThereIsAnError) {
  try {
    run_command_line({"run", "--", "/nonexistent/command"});
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.status(), ExitStatus::kError);
    EXPECT_THAT(error.what(), HasSubstr("/nonexistent/command"));
  }
}

TEST(CommandLine, HelpAndVersionAreNoFailures) {
  testing::internal::CaptureStdout();
  EXPECT_EQ(run_command_line({"--version"}), 0);
  EXPECT_EQ(testing::internal::GetCapturedStdout(), "mallocop " + std::string(tool_version()) + "\n");
  testing::internal::CaptureStdout();
  EXPECT_EQ(run_command_line({"--help"}), 0);
  EXPECT_THAT(testing::internal::GetCapturedStdout(), HasSubstr("self-test"));
  testing::internal::CaptureStdout();
  EXPECT_EQ(run_command_line({"run", "--help"}), 0);
  EXPECT_THAT(testing::internal::GetCapturedStdout(), HasSubstr("Usage: mallocop run [OPTIONS] -- COMMAND [ARG]..."));
}

}  // namespace
}  // namespace mallocop::report
