// What a fuzz target is made of. A target defines LLVMFuzzerTestOneInput and nothing that runs by itself: libFuzzer
// calls it with bytes that it makes up (scripts/fuzz), and corpus_main.cpp with those that are kept in corpus/.
//
// A finding is whatever stops the process: a signal, a sanitizer, an exception that no user is promised, expect().
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace mallocop::fuzz {

inline void expect(bool condition, const char* what) {
  if (condition) return;
  std::fprintf(stderr, "not as promised: %s\n", what);
  std::abort();
}

// For functions that say what is wrong: "" is good.
inline void expect_no(const std::string& problem) { expect(problem.empty(), problem.c_str()); }

}  // namespace mallocop::fuzz
