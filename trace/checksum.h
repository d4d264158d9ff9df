// The two checksums of a trace. XXH3 is inlined, so that neither the shim nor the reporter links a library for it;
// nothing here allocates.
#pragma once

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "trace/format.h"

namespace mallocop::trace {

// What FileHeader::checksum has to be.
inline uint64_t file_header_checksum(const FileHeader& header) {
  return XXH3_64bits(&header, offsetof(FileHeader, checksum));
}

// What RecordHeader::checksum has to be, given `header.length` bytes of payload. The seed is the header's own first
// eight bytes, so that a payload under the wrong type, version or length does not pass either.
inline uint64_t record_checksum(const RecordHeader& header, const void* payload) {
  uint64_t seed = 0;
  static_assert(offsetof(RecordHeader, checksum) == sizeof seed);
  std::memcpy(&seed, &header, sizeof seed);
  return XXH3_64bits_withSeed(payload, header.length, seed);
}

}  // namespace mallocop::trace
