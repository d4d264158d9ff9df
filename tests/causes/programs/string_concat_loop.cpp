// cause: string concatenation
// miss gcc -O2: the line is the one below; so GCC says
// text = text + word copies all that is there, each time.
#include <string>

#include "keep.h"

int main() {
  for (int call = 0; call < kCalls; ++call) {
    const mallocop::Operation op{"op"};
    std::string text = "once";
    for (int i = 0; i < 10; ++i) {
      text = text + " and again";  // HERE
    }
    keep(text);
  }
}
