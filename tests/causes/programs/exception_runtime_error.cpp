// cause: exception thrown
// An error that is no exception at all: a missing key.
#include <stdexcept>

#include "keep.h"

int value_of(int key) {
  if (key >= 0) throw std::runtime_error("there is no such key in the table");  // HERE
  return key;
}

int main() {
  for (int call = 0; call < kCalls; ++call) {
    const mallocop::Operation op{"op"};
    try {
      int value = value_of(call);
      keep(value);
    } catch (const std::runtime_error& error) {
      keep(error);
    }
  }
}
