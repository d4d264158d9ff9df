#include "report/support/file_magic.h"

#include <unistd.h>

#include <algorithm>
#include <array>

namespace mallocop::report {

bool begins_with(int descriptor, std::span<const uint8_t, 8> magic) {
  std::array<uint8_t, 8> head = {};
  const ssize_t size = ::read(descriptor, head.data(), head.size());
  return size == static_cast<ssize_t>(head.size()) && std::ranges::equal(head, magic);
}

}  // namespace mallocop::report
