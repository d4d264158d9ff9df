// The companion file: rings and stack nodes while the process runs (trace/live.h).
#pragma once

#include <cstddef>
#include <cstdint>

#include "preload/lock.h"
#include "preload/output_file.h"
#include "trace/live.h"

namespace mallocop::preload {

class LiveFile {
 public:
  // Makes the file and maps its header. Returns 0 or an errno.
  int create(const char* absolute_path, uint64_t session);

  // Adds a chunk of `size` bytes (whole pages, its header included), filled with zeros but for the header; null if
  // there is no room on the disk. Chunks stay mapped for as long as the process lives. Any thread that is busy.
  void* add_chunk(trace::ChunkKind kind, size_t size, uint64_t index);

  trace::LiveHeader& header() { return *header_; }
  OutputFile& file() { return file_; }

 private:
  Lock lock_;
  OutputFile file_;
  trace::LiveHeader* header_ = nullptr;
  uint64_t end_ = 0;
};

}  // namespace mallocop::preload
