#include <gtest/gtest.h>
#include <stdlib.h>

#include <cstdio>
#include <random>

#include "tests/exactness/compare.h"
#include "tests/exactness/reference.h"
#include "tests/exactness/settings.h"

namespace mallocop::exactness {

const Settings& settings() {
  static const Settings read = [] {
    const auto number = [](const char* name, uint64_t otherwise) {
      const char* const text = getenv(name);
      return text != nullptr ? strtoull(text, nullptr, 0) : otherwise;
    };
    return Settings{number("MALLOCOP_STACKS", 20'000), number("MALLOCOP_SEED", std::random_device()())};
  }();
  return read;
}

}  // namespace mallocop::exactness

int main(int argc, char** argv) {
  using namespace mallocop::exactness;
  testing::InitGoogleTest(&argc, argv);
  if (!load_libunwind()) {
    std::fputs("libunwind.so.8 cannot be opened\n", stderr);
    return 1;
  }
  let_libunwind_cache(true);
  std::printf("seed %llu\n", static_cast<unsigned long long>(settings().seed));
  const int status = RUN_ALL_TESTS();
  const Counts all = counts();
  const auto number = [](uint64_t value) { return static_cast<unsigned long long>(value); };
  std::printf(
      "%llu stacks of %llu frames compared: %llu by read set, %llu by rules (%llu joined), %llu by oracle; "
      "%llu truncated; %llu left out; %llu differences\n",
      number(all.stacks), number(all.frames), number(all.by_read_set), number(all.by_rules), number(all.joined),
      number(all.by_oracle), number(all.truncated), number(all.left_out), number(all.differences));
  return status;
}
