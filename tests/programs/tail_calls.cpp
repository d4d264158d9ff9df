// Functions that end in another one by a jump, entered in the way that the argument says: what
// tests/integration/function_operations_test.cpp limits. It must be compiled with tail calls. With "exec" it runs the
// command behind that in its place.
#include <unistd.h>

#include <cstdlib>
#include <cstring>

#include "counted.h"

namespace tail {

void* volatile sink;

[[gnu::noinline]] void allocate(int blocks) {
  for (int i = 0; i < blocks; ++i) {
    sink = std::malloc(32);
    std::free(sink);
  }
}

[[gnu::noinline]] void below(int blocks) {
  allocate(blocks);
  sink = nullptr;  // no tail call, here and below
}
[[gnu::noinline]] void relay(int blocks) {
  below(blocks);
  sink = nullptr;
}

[[gnu::noinline]] void first(int blocks) { allocate(blocks); }
[[gnu::noinline]] void second(int blocks) { allocate(blocks + 1); }

class Codec {
 public:
  virtual ~Codec() = default;
  virtual void step(int blocks);
  virtual void deep(int blocks);
  // Ends in a function that nobody can name before the program runs.
  [[gnu::noinline]] void forward(int blocks) { step(blocks); }
};
void Codec::step(int blocks) { allocate(blocks); }
void Codec::deep(int blocks) { relay(blocks); }

[[gnu::noinline]] void jumps_to_first(int blocks) { first(blocks); }

void (*chosen)(int) = first;
void (*volatile hidden)(int) = first;

[[gnu::noinline]] void call_chosen(int blocks) {
  chosen(blocks);
  sink = nullptr;
}

// Two entries of one function with the same stack pointer and no event in between.
[[gnu::noinline]] void twice(int blocks) {
  void (*const pointer)(int) = hidden;
  first(0);
  pointer(blocks);
  sink = nullptr;
}

}  // namespace tail

int main(int count, char** arguments) {
  using namespace tail;
  const auto is = [&](const char* word) { return count > 1 && std::strcmp(arguments[1], word) == 0; };
  if (is("exec")) return ::execv(arguments[2], arguments + 2);
  Codec* volatile codec = new Codec;
  for (int i = 0; i < 10; ++i) {
    if (is("direct")) first(1);
    if (is("library")) counted_library_tail(1);
    if (is("virtual")) codec->step(1);
    if (is("forward")) codec->forward(1);
    if (is("jump")) jumps_to_first(1);
    if (is("deep")) codec->deep(1);
    if (is("twice")) twice(1);
    if (is("chosen")) {
      chosen = i % 2 == 0 ? first : second;
      call_chosen(1);
    }
  }
  delete codec;
}
