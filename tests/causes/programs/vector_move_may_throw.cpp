// cause: vector elements copied as it grows
// also: vector growth
// Jobs are copied as their list grows, since nobody said that moving them does not throw.
#include <string>
#include <utility>
#include <vector>

#include "keep.h"

struct Job {
  explicit Job(std::string text) : name(std::move(text)) {}
  Job(const Job&) = default;  // HERE
#ifdef FIXED
  Job(Job&& other) noexcept : name(std::move(other.name)) {}
#else
  Job(Job&& other) : name(std::move(other.name)) {}
#endif
  Job& operator=(const Job&) = default;
  std::string name;
};

int main() {
  for (int call = 0; call < kCalls; ++call) {
    std::string names[16];
    for (std::string& name : names) name = "a job with a name that is long enough to be allocated";
    const mallocop::Operation op{"op"};
    std::vector<Job> jobs;
    for (std::string& name : names) jobs.emplace_back(std::move(name));
    keep(jobs);
  }
}
