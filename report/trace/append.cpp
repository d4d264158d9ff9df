#include "report/trace/append.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "report/support/error.h"
#include "report/trace/trace_file.h"
#include "trace/checksum.h"
#include "trace/records.h"

namespace mallocop::report {
namespace {

constexpr uint64_t padded(uint64_t size) {
  return (size + trace::kRecordAlignment - 1) / trace::kRecordAlignment * trace::kRecordAlignment;
}

}  // namespace

void Records::add(trace::RecordType type, std::span<const uint8_t> payload) {
  trace::RecordHeader header{};
  header.length = static_cast<uint32_t>(payload.size());
  header.type = static_cast<uint16_t>(type);
  header.version = 1;
  header.checksum = trace::record_checksum(header, payload.data());
  const auto* const bytes = reinterpret_cast<const uint8_t*>(&header);
  bytes_.insert(bytes_.end(), bytes, bytes + sizeof header);
  bytes_.insert(bytes_.end(), payload.begin(), payload.end());
  bytes_.resize(padded(bytes_.size()));
}

void Records::write_at(const std::string& path, uint64_t offset) const {
  offset = padded(offset);  // the file may end before the padding of its last record; what is skipped reads as zeros
  const int file = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
  bool good = file >= 0;
  for (size_t done = 0; good && done < bytes_.size();) {
    const ssize_t size = ::pwrite(file, bytes_.data() + done, bytes_.size() - done, static_cast<off_t>(offset + done));
    good = size > 0 || (size < 0 && errno == EINTR);
    if (size > 0) done += static_cast<size_t>(size);
  }
  good = good && ::ftruncate(file, static_cast<off_t>(offset + bytes_.size())) == 0;
  const int error = errno;
  if (file >= 0) ::close(file);
  if (!good) throw Error(ExitStatus::kError, fmt::format("cannot write '{}': {}", path, std::strerror(error)));
}

bool append_harness_output(const std::string& path, std::string_view kind, std::string_view text) {
  constexpr size_t kLengths = 32;  // of the two texts
  if (kind.size() + text.size() + kLengths > trace::kMaxRecordLength) return false;
  TraceFile file(path);
  while (file.next()) {
  }
  if (file.ending() != TraceFile::Ending::kWritten) return false;
  Records records;
  records.encode(trace::RecordType::kHarness, kind.size() + text.size() + kLengths, [&](trace::ByteWriter& out) {
    trace::encode_harness(out, {kind, text});
  });
  records.write_at(path, file.offset());
  return true;
}

}  // namespace mallocop::report
