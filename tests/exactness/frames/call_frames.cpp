// Frames of calls that are no plain ones: callables, virtual calls, and callbacks out of libraries.
#include <pthread.h>
#include <stdlib.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "tests/exactness/walk.h"

namespace mallocop::exactness {
namespace {

// --- Callables ------------------------------------------------------------------------------------------------------

void through_lambdas(Walk& walk) {
  int counter = 0;
  const auto outer = [&](int times) {
    const auto inner = [&] {
      counter += times;
      go_on(walk);
    };
    inner();
    keep(&counter);
  };
  outer(3);
  keep(&counter);
}

void through_std_function(Walk& walk) {
  const std::string text(walk.random.below(40), 'x');
  const std::function<void(const std::string&)> function = [text, &walk](const std::string& value) {
    go_on(walk);
    keep(&value);
  };
  function(text);
}

struct First {
  virtual ~First() = default;
  virtual void first(Walk&) {}
  char padding[20] = {};
};
struct Second {
  virtual ~Second() = default;
  virtual void second(Walk& walk) = 0;
};
struct Both : First, Second {
  void second(Walk& walk) override {
    go_on(walk);
    keep(this);
  }
};
void through_thunk(Walk& walk) {
  const std::unique_ptr<Second> object = std::make_unique<Both>();
  keep(object.get());
  object->second(walk);
}

template <int N>
struct Nested {
  [[gnu::noinline]] static void call(Walk& walk, std::vector<int>& values) {
    values.push_back(N);
    Nested<N - 1>::call(walk, values);
    keep(&values);
  }
};
template <>
struct Nested<0> {
  static void call(Walk& walk, std::vector<int>&) { go_on(walk); }
};
void through_templates(Walk& walk) {
  std::vector<int> values;
  Nested<3>::call(walk, values);
}

// --- Callbacks ------------------------------------------------------------------------------------------------------

int compare_walks(const void* a, const void* b) {
  Walk* const* const walk = static_cast<Walk* const*>(a);
  if (a != b) go_on(**walk);
  keep(&walk);
  return 0;
}
void through_qsort(Walk& walk) {
  Walk* walks[] = {&walk, &walk};
  qsort(static_cast<void*>(walks), 2, sizeof walks[0], compare_walks);
}
void through_bsearch(Walk& walk) {
  Walk* key = &walk;
  Walk* walks[] = {&walk};
  keep(bsearch(static_cast<void*>(&key), static_cast<void*>(walks), 1, sizeof walks[0], compare_walks));
}
void through_sort(Walk& walk) {
  int values[] = {2, 1};
  bool first = true;
  std::sort(values, values + 2, [&](int a, int b) {
    if (std::exchange(first, false)) go_on(walk);
    return a < b;
  });
  keep(values);
}
void through_call_once(Walk& walk) {
  std::once_flag flag;
  std::call_once(flag, [&] {
    go_on(walk);
    keep(&flag);
  });
}

thread_local Walk* t_walk;  // for callbacks without an argument
void go_on_once() {
  go_on(*t_walk);
  keep(&t_walk);
}
void through_pthread_once(Walk& walk) {
  Walk* const before = std::exchange(t_walk, &walk);
  pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, go_on_once);
  t_walk = before;
}

constexpr Frame kAll[] = {through_lambdas, through_std_function, through_thunk,     through_templates,   through_qsort,
                          through_bsearch, through_sort,         through_call_once, through_pthread_once};

}  // namespace

const FrameList kCallFrames{kAll, sizeof kAll / sizeof kAll[0]};

}  // namespace mallocop::exactness
