// Compresses what it is given, piece by piece, into a stream: RFC 1952.
#pragma once

#define ZLIB_CONST  // what is compressed is not changed
#include <zlib.h>

#include <string_view>

#include "report/export/stream.h"

namespace mallocop::report {

class GzipStream {
 public:
  // Throws std::bad_alloc.
  explicit GzipStream(ExportStream& out);
  ~GzipStream();
  GzipStream(const GzipStream&) = delete;
  GzipStream& operator=(const GzipStream&) = delete;

  void put(std::string_view bytes);
  // Writes the end. To be called once, at the end.
  void finish();

 private:
  void deflate_all(int flush);

  ExportStream& out_;
  z_stream stream_{};
};

}  // namespace mallocop::report
