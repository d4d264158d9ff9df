// The trace of this process: records appended to a file that is mapped shared, so that what was appended survives
// the process however it ends.
//
// A record's payload is written first and its header last; a reader that finds a header of zeros has reached the end.
// When the file cannot grow, the writer stops for good: `failure()` says why, and every later append is refused.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "preload/lock.h"
#include "preload/output_file.h"
#include "trace/format.h"

namespace mallocop::preload {

class TraceWriter {
 public:
  // Makes the file and writes its header. Returns 0 or an errno.
  int create(const char* absolute_path, uint64_t session);

  // Any thread that is marked busy. False if the record was not written.
  bool append(trace::RecordType type, const void* payload, size_t size);

  // Cuts the file behind the last record; later appends are refused.
  void close();

  int failure() const { return failure_.load(std::memory_order_relaxed); }
  OutputFile& file() { return file_; }

 private:
  bool make_room(size_t size);

  Lock lock_;
  OutputFile file_;
  uint8_t* chunk_ = nullptr;  // mapped part of the file
  size_t chunk_size_ = 0;
  uint64_t chunk_offset_ = 0;
  uint64_t end_ = 0;  // of the written part of the file
  std::atomic<int> failure_{0};
};

}  // namespace mallocop::preload
