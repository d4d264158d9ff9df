// A C++ library for a host that has none: an exception goes through the host's C frames and is caught here.
#include <stdexcept>

extern "C" {
int throws(int value) {
  if (value != 0) throw std::runtime_error("thrown");
  return 0;
}
int catches(int (*host)(int (*)(int), int)) {
  try {
    return host(throws, 10);
  } catch (const std::runtime_error&) {
    return 1;
  }
}
}
