// The table of contents of a module's unwind information (.eh_frame_hdr), read in place.
#pragma once

#include <cstdint>
#include <cstring>

namespace mallocop::preload {

struct EhFrameTable {
  uintptr_t header;   // address of .eh_frame_hdr; offsets in the table are relative to it
  uintptr_t entries;  // address of the sorted table
  uint32_t count;     // entries of two 32-bit offsets each
};

// False if the module has no such table or one in a form that linkers for Linux do not write.
inline bool read_eh_frame_header(const void* header, EhFrameTable& out) {
  constexpr uint8_t kVersion = 1, kPcRelative4 = 0x1b, kUnsigned4 = 0x03, kHeaderRelative4 = 0x3b;
  if (header == nullptr) return false;
  const auto* const bytes = static_cast<const uint8_t*>(header);
  if (bytes[0] != kVersion || bytes[1] != kPcRelative4 || bytes[2] != kUnsigned4 || bytes[3] != kHeaderRelative4)
    return false;
  uint32_t count;
  std::memcpy(&count, bytes + 8, sizeof count);
  out = {reinterpret_cast<uintptr_t>(header), reinterpret_cast<uintptr_t>(bytes + 12), count};
  return count > 0;
}

}  // namespace mallocop::preload
