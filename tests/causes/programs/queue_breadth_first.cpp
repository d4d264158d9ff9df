// cause: deque chunk
// A queue that is kept takes and gives back chunks as it runs.
#include <queue>

#include "keep.h"

int main() {
  std::queue<long> jobs;
  for (int call = 0; call < kCalls; ++call) {
    const mallocop::Operation op{"op"};
    for (int i = 0; i < 200; ++i) jobs.push(i);  // HERE
    while (!jobs.empty()) jobs.pop();
    keep(jobs);
  }
}
