// cause: exception thrown
// also: string past its small buffer
// also: string copied
// held out
// An exception class with a text of its own, thrown through two frames.
#include <exception>
#include <string>

#include "keep.h"

class Timeout : public std::exception {
  std::string what_;

 public:
  explicit Timeout(std::string what) : what_(std::move(what)) {}
  const char* what() const noexcept override { return what_.c_str(); }
};

[[gnu::noinline]] static void receive(bool late) {
  if (late) throw Timeout("no answer within the time that was given");  // HERE
}

int main() {
  for (int call = 0; call < kCalls; ++call) {
    const mallocop::Operation op{"op"};
    bool again = false;
    try {
      receive(call >= 0);
    } catch (const std::exception&) {
      again = true;
    }
    keep(again);
  }
}
