// preload/README.md lists every system call that the shim makes. Each call of a host is traced, with the shim and
// without: what there is more of must be in the list, and what is in the list must be seen.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <set>

#include "tests/support/listed_calls.h"
#include "tests/support/measured.h"

namespace mallocop::test {
namespace {

using Calls = std::map<long, uint64_t>;  // by number

// Runs `command` and all that it starts to the end, each stopped at each of its calls. Output goes nowhere.
Calls traced(const Command& command, int& status) {
  const pid_t process = ::fork();
  if (process == 0) {
    ::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr);
    if (::chdir(command.folder.c_str()) != 0) ::_exit(126);
    const int nowhere = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
    ::dup2(nowhere, STDOUT_FILENO);
    ::dup2(nowhere, STDERR_FILENO);
    for (const auto& [name, value] : command.environment) {
      if (value) ::setenv(name.c_str(), value->c_str(), 1);
    }
    std::vector<char*> words;
    for (const std::string& word : command.words) words.push_back(const_cast<char*>(word.c_str()));
    words.push_back(nullptr);
    ::execvp(words[0], words.data());
    ::_exit(127);
  }
  constexpr long kOptions =
      PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACECLONE | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_EXITKILL;
  Calls calls;
  int event = 0;
  if (::waitpid(process, &event, 0) != process || !WIFSTOPPED(event)) return calls;
  ::ptrace(PTRACE_SETOPTIONS, process, nullptr, kOptions);
  ::ptrace(PTRACE_SYSCALL, process, nullptr, nullptr);
  std::set<pid_t> inside;  // a call: the next stop is its end
  for (pid_t stopped; (stopped = ::waitpid(-1, &event, __WALL)) > 0;) {
    if (!WIFSTOPPED(event)) {
      if (stopped == process) status = WIFEXITED(event) ? WEXITSTATUS(event) : 128 + WTERMSIG(event);
      continue;
    }
    long signal = 0;
    if (WSTOPSIG(event) == (SIGTRAP | 0x80)) {
      if (inside.insert(stopped).second) {
        user_regs_struct registers{};
        ::ptrace(PTRACE_GETREGS, stopped, nullptr, &registers);
        ++calls[static_cast<long>(registers.orig_rax)];
      } else {
        inside.erase(stopped);
      }
    } else if (WSTOPSIG(event) != SIGTRAP && WSTOPSIG(event) != SIGSTOP) {
      signal = WSTOPSIG(event);
    }
    ::ptrace(PTRACE_SYSCALL, stopped, nullptr, signal);
  }
  return calls;
}

class SystemCalls : public Integration {
 protected:
  void SetUp() override {
    int status = -1;
    if (traced({.words = {program("empty")}, .folder = folder()}, status).empty() || status != 0)
      GTEST_SKIP() << "a process cannot be traced here";
  }
  Calls run(Command command) const {
    command.folder = folder();
    int status = -1;
    Calls calls = traced(command, status);
    EXPECT_EQ(status, 0);
    return calls;
  }
  // The kinds of which there are more with the shim.
  std::set<std::string> added(const Command& command, const Command& preloaded) const {
    const Calls without = run(command);
    std::filesystem::remove(trace());
    std::set<std::string> names;
    for (const auto& [number, count] : run(preloaded)) {
      const auto same = without.find(number);
      if (same == without.end() || count > same->second) names.insert(system_call_name(number));
    }
    return names;
  }
};

TEST_F(SystemCalls, AreThoseThatThePageLists) {
  std::set<std::string> listed;
  for (const auto& [name, number] : listed_system_calls()) listed.insert(name);

  const Command host = {.words = {program("many_ways"), program("plugin_alpha.so")}};
  std::set<std::string> made = added(host, under_shim(host));
  EXPECT_TRUE(report_of({}).valid());

  // A handler's allocation finds its thread in the middle of a hook.
  const std::string other = program("bump_malloc.so");
  const Command nested = {.words = {program("signal_in_realloc"), "further-out"},
                          .environment = {{"LD_PRELOAD", other}}};
  Command nested_in_hook = nested;
  nested_in_hook.environment = {{"LD_PRELOAD", shim() + ":" + other}};
  made.merge(added(nested, under_shim(nested_in_hook)));

  // Threads that cannot give their rings back.
  const Command ending = {.words = {program("thread_data"), "12"}};
  made.merge(added(ending, under_shim(ending)));

  const Command small = {.words = {program("empty")}};
  Command without_trace = under_shim(small);
  without_trace.environment.emplace_back("MALLOCOP_OUT", "/proc/no/such/t.mcop");
  made.merge(added(small, without_trace));

  EXPECT_THAT(made, testing::IsSubsetOf(listed)) << "add it to preload/README.md, or do without it";
  // A lock that is met by chance, and a file system that cannot reserve space.
  listed.erase("futex");
  listed.erase("pwrite64");
  EXPECT_THAT(listed, testing::IsSubsetOf(made)) << "it is not made any more";
}

}  // namespace
}  // namespace mallocop::test
