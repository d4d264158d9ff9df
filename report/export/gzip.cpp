// See gzip.h.
#include "report/export/gzip.h"

#include <algorithm>
#include <array>
#include <limits>
#include <new>

namespace mallocop::report {
namespace {

constexpr int kGzipWindow = 15 + 16;  // the largest window; 16 asks for gzip's header instead of zlib's
constexpr int kUsualMemory = 8;

}  // namespace

GzipStream::GzipStream(ExportStream& out) : out_(out) {
  if (::deflateInit2(&stream_, Z_DEFAULT_COMPRESSION, Z_DEFLATED, kGzipWindow, kUsualMemory, Z_DEFAULT_STRATEGY) !=
      Z_OK) {
    throw std::bad_alloc();
  }
}

GzipStream::~GzipStream() { ::deflateEnd(&stream_); }

void GzipStream::put(std::string_view bytes) {
  while (!bytes.empty()) {
    const size_t size = std::min<size_t>(bytes.size(), std::numeric_limits<uInt>::max());
    stream_.next_in = reinterpret_cast<const Bytef*>(bytes.data());
    stream_.avail_in = static_cast<uInt>(size);
    deflate_all(Z_NO_FLUSH);
    bytes.remove_prefix(size);
  }
}

void GzipStream::finish() { deflate_all(Z_FINISH); }

void GzipStream::deflate_all(int flush) {
  std::array<char, size_t{1} << 16> piece;
  do {
    stream_.next_out = reinterpret_cast<Bytef*>(piece.data());
    stream_.avail_out = static_cast<uInt>(piece.size());
    ::deflate(&stream_, flush);
    out_.put({piece.data(), piece.size() - stream_.avail_out});
  } while (stream_.avail_out == 0);
}

}  // namespace mallocop::report
