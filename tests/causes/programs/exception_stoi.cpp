// cause: exception thrown
// std::stoi of what is no number.
#include <stdexcept>
#include <string>

#include "keep.h"

int main() {
  const std::string text = "none";
  for (int call = 0; call < kCalls; ++call) {
    const mallocop::Operation op{"op"};
    int number = 0;
    try {
      number = std::stoi(text);  // HERE
    } catch (const std::invalid_argument&) {
      number = -1;
    }
    keep(number);
  }
}
