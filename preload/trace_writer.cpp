#include "preload/trace_writer.h"

#include <errno.h>

#include <algorithm>
#include <cstring>

#include "preload/sys.h"
#include "trace/checksum.h"
#include "trace/live.h"

namespace mallocop::preload {
namespace {

// Steps in which the file grows: small for a small program, larger as it goes on.
constexpr size_t kFirstChunk = 256U << 10;
constexpr size_t kLargestChunk = 4U << 20;

constexpr uint64_t round_up(uint64_t value, uint64_t step) { return (value + step - 1) / step * step; }
constexpr uint64_t round_down(uint64_t value, uint64_t step) { return value / step * step; }

}  // namespace

int TraceWriter::create(const char* absolute_path, uint64_t session) {
  if (const int error = file_.create(absolute_path); error != 0) return error;
  if (!make_room(sizeof(trace::FileHeader))) return failure();
  trace::FileHeader header{};
  std::memcpy(header.magic, trace::kTraceMagic, sizeof header.magic);
  header.version = trace::kFormatVersion;
  header.minimum_reader_version = trace::kMinimumReaderVersion;
  header.header_size = sizeof header;
  header.session = session;
  header.process_id = sys::process_id();
  header.checksum = trace::file_header_checksum(header);
  std::memcpy(chunk_, &header, sizeof header);
  end_ = sizeof header;
  return 0;
}

bool TraceWriter::append(trace::RecordType type, const void* payload, size_t size) {
  const size_t whole = sizeof(trace::RecordHeader) + round_up(size, trace::kRecordAlignment);
  const Locked locked(lock_);
  if (failure() != 0 || !make_room(whole)) return false;

  uint8_t* const at = chunk_ + (end_ - chunk_offset_);
  trace::RecordHeader header{};
  header.length = static_cast<uint32_t>(size);
  header.type = static_cast<uint16_t>(type);
  header.version = 1;
  header.checksum = trace::record_checksum(header, payload);
  std::memcpy(at + sizeof header, payload, size);
  std::memcpy(at + offsetof(trace::RecordHeader, checksum), &header.checksum, sizeof header.checksum);
  // The first word publishes the record: a process killed before this line leaves zeros, which end the trace. Its
  // partner is the reader, in another process, after this one is gone.
  uint64_t first_word;
  std::memcpy(&first_word, &header, sizeof first_word);
  std::atomic_ref<uint64_t>(*reinterpret_cast<uint64_t*>(at)).store(first_word, std::memory_order_release);
  end_ += whole;
  return true;
}

bool TraceWriter::make_room(size_t size) {
  if (chunk_ != nullptr && end_ + size <= chunk_offset_ + chunk_size_) return true;
  const uint64_t offset = round_down(end_, trace::kLivePage);
  const size_t wanted = chunk_size_ == 0 ? kFirstChunk : std::min(2 * chunk_size_, kLargestChunk);
  const size_t needed = static_cast<size_t>(round_up(end_ + size - offset, trace::kLivePage));
  const size_t chunk_size = std::max(wanted, needed);
  void* const chunk = file_.extend(offset, chunk_size);
  if (chunk == nullptr) {
    failure_.store(file_.error(), std::memory_order_relaxed);
    return false;
  }
  if (chunk_ != nullptr) sys::unmap(chunk_, chunk_size_);
  chunk_ = static_cast<uint8_t*>(chunk);
  chunk_size_ = chunk_size;
  chunk_offset_ = offset;
  return true;
}

void TraceWriter::close() {
  const Locked locked(lock_);
  if (failure() == 0) failure_.store(ESHUTDOWN, std::memory_order_relaxed);
  file_.truncate(end_);
}

}  // namespace mallocop::preload
