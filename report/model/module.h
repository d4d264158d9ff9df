// An executable or library that was mapped while the process ran.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace mallocop::report {

struct Module {
  std::string path;
  std::vector<uint8_t> build_id;
  uint64_t bias = 0;   // load address minus link address
  uint64_t begin = 0;  // in the process
  uint64_t end = 0;
};

}  // namespace mallocop::report
