// cause: stream or locale
// Numbers are read from a line by way of a stream.
#include <sstream>
#include <string>

#include "keep.h"

int main() {
  const std::string line = "10 20 30 40 50 60 70 80 90";
  for (int call = 0; call < kCalls; ++call) {
    const mallocop::Operation op{"op"};
    std::istringstream in(line);  // HERE
    int number = 0, sum = 0;
    while (in >> number) sum += number;
    keep(sum);
  }
}
