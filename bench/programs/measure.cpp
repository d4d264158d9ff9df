// Runs a command and says what it took: bench_measure RESULT [NAME=VALUE]... -- COMMAND [ARG]...
// The variables are set for the command alone. RESULT becomes one line of JSON. A launcher this small is needed because
// the kernel counts what a process had resident before it executed the command, too: beneath a Python, every small
// program would seem as large as Python.
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>

namespace {

double seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

double now() {
  timespec time{};
  clock_gettime(CLOCK_MONOTONIC, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

}  // namespace

int main(int argc, char** argv) {
  int command = 2;
  while (command < argc && std::strcmp(argv[command], "--") != 0) ++command;
  if (++command >= argc) {
    std::fprintf(stderr, "bench_measure RESULT [NAME=VALUE]... -- COMMAND [ARG]...\n");
    return 2;
  }
  const double start = now();
  const pid_t child = fork();
  if (child == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);  // who gives up on us gives up on the command
    for (int i = 2; i < command - 1; ++i) putenv(argv[i]);
    execvp(argv[command], argv + command);
    std::perror(argv[command]);
    _exit(127);
  }
  int status = 0;
  rusage usage{};
  if (child < 0 || wait4(child, &status, 0, &usage) != child) {
    std::perror("bench_measure");
    return 1;
  }
  const double wall = now() - start;
  std::FILE* const result = std::fopen(argv[1], "w");
  if (result == nullptr) {
    std::perror(argv[1]);
    return 1;
  }
  std::fprintf(result, "{\"user\": %.6f, \"system\": %.6f, \"wall\": %.6f, \"peak_rss\": %ld}\n",
               seconds(usage.ru_utime), seconds(usage.ru_stime), wall, usage.ru_maxrss * 1024);
  std::fclose(result);
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}
