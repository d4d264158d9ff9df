#include "tests/support/listed_calls.h"

#include <sys/syscall.h>

#include <cstdlib>
#include <fstream>
#include <regex>
#include <stdexcept>

namespace mallocop::test {
namespace {

const std::map<std::string, long>& known_calls() {
  static const std::map<std::string, long> calls = {
#define CALL(name) {#name, SYS_##name}
      CALL(brk),        CALL(close),        CALL(fallocate), CALL(fcntl),          CALL(fstat),        CALL(ftruncate),
      CALL(futex),      CALL(getcwd),       CALL(getpid),    CALL(getrandom),      CALL(getrusage),    CALL(gettid),
      CALL(lseek),      CALL(madvise),      CALL(mincore),   CALL(mmap),           CALL(mprotect),     CALL(munmap),
      CALL(newfstatat), CALL(openat),       CALL(pipe2),     CALL(prctl),          CALL(pread64),      CALL(prlimit64),
      CALL(pwrite64),   CALL(read),         CALL(readlink),  CALL(rt_sigprocmask), CALL(sigaltstack),  CALL(unlink),
      CALL(write),      CALL(rt_sigaction), CALL(tgkill),    CALL(kill),           CALL(clock_gettime)
#undef CALL
  };
  return calls;
}

}  // namespace

std::map<std::string, long> listed_system_calls() {
  const char* const path = std::getenv("MALLOCOP_PRELOAD_PAGE");
  std::ifstream page(path == nullptr ? "" : path);
  std::map<std::string, long> listed;
  bool in_section = false;
  for (std::string line; std::getline(page, line);) {
    if (line.starts_with("## ")) in_section = line == "## System calls";
    if (!in_section || !line.starts_with("| `")) continue;
    const std::string names = line.substr(0, line.find(" | ", 2));
    static const std::regex name("`(\\w+)`");
    for (std::sregex_iterator one(names.begin(), names.end(), name), end; one != end; ++one) {
      const auto known = known_calls().find((*one)[1]);
      if (known == known_calls().end()) throw std::runtime_error("no number is known for " + (*one)[1].str());
      listed.insert(*known);
    }
  }
  if (listed.empty()) throw std::runtime_error("there is no list of system calls in MALLOCOP_PRELOAD_PAGE");
  return listed;
}

std::string system_call_name(long number) {
  for (const auto& [name, known] : known_calls())
    if (known == number) return name;
  return "number " + std::to_string(number);
}

}  // namespace mallocop::test
