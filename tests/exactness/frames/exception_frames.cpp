// Frames with an exception in flight above them or below.
#include <string>

#include "tests/exactness/walk.h"

namespace mallocop::exactness {
namespace {

struct Failure {
  long numbers[5];
};
[[gnu::noinline]] void fail(Walk& walk, int times) {
  std::string text(static_cast<size_t>(times) * 20, 'x');  // destroyed on the way
  keep(&text);
  if (times == 0) throw Failure{};
  fail(walk, times - 1);
  keep(&text);
}

struct GoesOnAtEnd {
  Walk& walk;
  ~GoesOnAtEnd() { go_on(walk); }
};
void in_destructor_while_unwinding(Walk& walk) {
  try {
    const GoesOnAtEnd guard{walk};
    fail(walk, 1);
  } catch (const Failure& failure) {
    keep(&failure);
  }
}

void in_catch_block(Walk& walk) {
  try {
    fail(walk, static_cast<int>(walk.random.below(3)));
  } catch (const Failure& failure) {
    go_on(walk);
    keep(&failure);
  }
}

[[gnu::noinline]] void rethrow(Walk& walk) {
  try {
    fail(walk, 0);
  } catch (...) {
    const GoesOnAtEnd guard{walk};
    throw;
  }
}
void after_rethrow(Walk& walk) {
  try {
    rethrow(walk);
  } catch (const Failure&) {
    compare_here();
  }
  keep(&walk);
}

// Thrown and caught inside a destructor that runs because of another exception.
struct FailsInside {
  Walk& walk;
  ~FailsInside() { in_catch_block(walk); }
};
void in_nested_exception(Walk& walk) {
  try {
    const FailsInside guard{walk};
    fail(walk, 0);
  } catch (const Failure&) {
    keep(&walk);
  }
}

constexpr Frame kAll[] = {in_destructor_while_unwinding, in_catch_block, after_rethrow, in_nested_exception};

}  // namespace

const FrameList kExceptionFrames{kAll, sizeof kAll / sizeof kAll[0]};

}  // namespace mallocop::exactness
