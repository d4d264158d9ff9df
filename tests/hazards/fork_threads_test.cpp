// A process with threads forks while they hold whatever locks there are: its children never wait for one of the shim's.
#include <gmock/gmock.h>

#include "tests/support/measured.h"

namespace mallocop::test {
namespace {

using testing::ElementsAre;

class ForkThreads : public Integration {};

TEST_F(ForkThreads, ChildrenOfAProcessWithBusyThreadsDoNotHang) {
  const Measured measured = measure({.words = {program("forks_amid_threads"), program("plugin_alpha.so"), "40"}});
  EXPECT_EQ(measured.host.status, 0) << measured.host.err;
  EXPECT_TRUE(measured.valid()) << measured.reporter.out;
  EXPECT_EQ(measured.report["measurement"]["processes"], 1);
  EXPECT_EQ(measured.total("frees_of_unknown_blocks"), 0U);
  EXPECT_THAT(files(), ElementsAre("t.mcop"));
}

// Python starts a program by vfork, or by _Fork where it must run code in the child. Its join() waits for what a thread
// runs, not for the thread's end: one that has not ended when the process exits leaves its ring, which the launcher
// puts into the trace.
TEST_F(ForkThreads, PythonStartsTwoHundredPrograms) {
  const char* const script =
      "import subprocess, threading\n"
      "def start(fork):\n"
      "  for i in range(50):\n"
      "    code = i % 7\n"
      "    done = subprocess.run(['/bin/sh', '-c', f'exit {code}'], preexec_fn=(lambda: None) if fork else None)\n"
      "    assert done.returncode == code, done\n"
      "threads = [threading.Thread(target=start, args=(n % 2 == 1,)) for n in range(4)]\n"
      "[one.start() for one in threads]\n"
      "[one.join() for one in threads]\n"
      "print('all done')\n";
  const Measured measured = measure({.words = {"/usr/bin/python3", "-c", script}}, With::kLauncher);
  EXPECT_EQ(measured.host.status, 0);
  EXPECT_EQ(measured.host.out, "all done\n");
  EXPECT_EQ(measured.host.err, "");
  EXPECT_TRUE(measured.valid()) << measured.reporter.out;
  EXPECT_EQ(measured.report["measurement"]["processes"], 1);
  EXPECT_EQ(measured.total("frees_of_unknown_blocks"), 0U);
  EXPECT_THAT(files(), ElementsAre("t.mcop"));
}

}  // namespace
}  // namespace mallocop::test
