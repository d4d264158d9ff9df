// cause: node container insert
// A list of jobs.
#include <list>

#include "keep.h"

struct Job {
  int priority;
  void* data;
};

int main() {
  for (int call = 0; call < kCalls; ++call) {
    const mallocop::Operation op{"op"};
    std::list<Job> jobs;
    for (int i = 0; i < 5; ++i) jobs.push_back({i, nullptr});  // HERE
    keep(jobs);
  }
}
