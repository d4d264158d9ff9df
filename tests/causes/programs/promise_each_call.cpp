// cause: promise or future
// A promise per request.
#include <future>

#include "keep.h"

int main() {
  for (int call = 0; call < kCalls; ++call) {
    const mallocop::Operation op{"op"};
    std::promise<int> answer;  // HERE
    answer.set_value(call);
    int value = answer.get_future().get();
    keep(value);
  }
}
