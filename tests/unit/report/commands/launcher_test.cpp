// Without the shim: what the command sees and how its end is told. LD_PRELOAD names a library that is not there, which
// the dynamic linker only complains about.
#include "report/commands/launcher.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include "report/support/error.h"
#include "tests/unit/report/commands/scratch_folder.h"

namespace mallocop::report {
namespace {

using testing::HasSubstr;

class LauncherTest : public testing::Test {
 protected:
  Ended shell(const std::string& script) {
    return launch({"/bin/sh", {"sh", "-c", script}, "/nonexistent/libmallocop.so", folder_.path() + "/%e.%p.mcop"});
  }
  std::string output() const {
    std::ostringstream text;
    text << std::ifstream(folder_.path() + "/out").rdbuf();
    return text.str();
  }
  std::string out() const { return "'" + folder_.path() + "/out'"; }

  ScratchFolder folder_;
};

TEST_F(LauncherTest, PassesTheStatusThrough) {
  EXPECT_EQ(shell("exit 0").status, 0);
  const Ended ended = shell("exit 7");
  EXPECT_EQ(ended.status, 7);
  EXPECT_FALSE(ended.killed);
}

TEST_F(LauncherTest, TellsASignalAsAShellDoes) {
  const Ended ended = shell("kill -KILL $$");
  EXPECT_EQ(ended.status, 128 + SIGKILL);
  EXPECT_TRUE(ended.killed);
}

TEST_F(LauncherTest, PreloadsInFrontOfOthersAndNamesTheTrace) {
  ::setenv("LD_PRELOAD", "/nonexistent/other.so", 1);
  const Ended ended = shell("echo $LD_PRELOAD $MALLOCOP_OUT $$ > " + out());
  ::unsetenv("LD_PRELOAD");
  const std::string process = std::to_string(ended.process);
  EXPECT_EQ(ended.trace, folder_.path() + "/sh." + process + ".mcop");
  EXPECT_EQ(output(), "/nonexistent/libmallocop.so:/nonexistent/other.so " + ended.trace + " " + process + "\n");
}

TEST_F(LauncherTest, LeavesSignalsAsTheyWere) {
  // Something to inherit.
  sigset_t blocked;
  sigset_t mask_before;
  sigemptyset(&blocked);
  sigaddset(&blocked, SIGUSR1);
  ::sigprocmask(SIG_BLOCK, &blocked, &mask_before);
  const auto handler_before = ::signal(SIGQUIT, SIG_IGN);
  std::string here;
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("SigBlk") || line.starts_with("SigIgn")) here += line + '\n';
  }
  testing::internal::CaptureStdout();  // of the child as well; and no shell, which would clear its mask
  launch({"/bin/grep", {"grep", "-E", "Sig(Blk|Ign)", "/proc/self/status"}, "/x.so", folder_.path() + "/t"});
  const std::string there = testing::internal::GetCapturedStdout();
  ::signal(SIGQUIT, handler_before);
  ::sigprocmask(SIG_SETMASK, &mask_before, nullptr);
  EXPECT_EQ(there, here);
}

TEST_F(LauncherTest, LeavesNoDescriptorToTheCommand) {
  const std::string show = "ls /proc/self/fd | wc -l > " + out();
  ASSERT_EQ(std::system(show.c_str()), 0);
  const std::string before = output();
  shell(show);
  EXPECT_EQ(output(), before);
}

TEST_F(LauncherTest, HandsTerminationOn) {
  std::thread killer([] {
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    ::kill(::getpid(), SIGTERM);
  });
  const Ended ended = shell("exec sleep 60");
  killer.join();
  EXPECT_EQ(ended.status, 128 + SIGTERM);
}

TEST_F(LauncherTest, SurvivesAnInterruptThatTheCommandHandles) {
  const Ended ended = shell("trap 'exit 5' INT; kill -INT $PPID; kill -INT $$; sleep 60");
  EXPECT_EQ(ended.status, 5);
}

TEST_F(LauncherTest, SeesThatAnotherProgramTookThePlace) {
  EXPECT_EQ(shell("exit 0").command_name, "sh");
  EXPECT_EQ(shell("exec sleep 0").command_name, "sleep");
}

TEST_F(LauncherTest, SaysWhyACommandCannotBeStarted) {
  try {
    launch({folder_.file("broken", "#!/nonexistent/interpreter\n", 0755), {"broken"}, "/x.so", folder_.path() + "/t"});
    FAIL() << "that is no program";
  } catch (const Error& error) {
    EXPECT_EQ(error.status(), ExitStatus::kError);
    EXPECT_THAT(error.what(), HasSubstr("cannot start 'broken'"));
  }
}

TEST_F(LauncherTest, DoesNotStartOverAForeignFile) {
  const std::string path = folder_.file("precious", "text");
  EXPECT_THROW(launch({"/bin/sh", {"sh", "-c", "touch " + out()}, "/x.so", path}), Error);
  EXPECT_FALSE(std::filesystem::exists(folder_.path() + "/out"));
}

}  // namespace
}  // namespace mallocop::report
