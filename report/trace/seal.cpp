#include "report/trace/seal.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <set>

#include "report/support/error.h"
#include "report/trace/recovery.h"
#include "report/trace/trace_contents.h"
#include "trace/checksum.h"
#include "trace/records.h"
#include "trace/records_decode.h"
#include "trace/window.h"

namespace mallocop::report {
namespace {

using trace::RecordType;

constexpr uint64_t padded(uint64_t size) {
  return (size + trace::kRecordAlignment - 1) / trace::kRecordAlignment * trace::kRecordAlignment;
}

// Records as they stand in a file, one behind the other.
class Records {
 public:
  void add(RecordType type, std::span<const uint8_t> payload) {
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
  // A payload that `encode(writer)` makes, of at most `size` bytes.
  template <typename Encode>
  void encode(RecordType type, size_t size, Encode encode) {
    std::vector<uint8_t> payload(size);
    trace::ByteWriter out(payload.data(), payload.size());
    encode(out);
    payload.resize(out.size());
    add(type, payload);
  }
  const std::vector<uint8_t>& bytes() const { return bytes_; }

 private:
  std::vector<uint8_t> bytes_;
};

// Nodes in runs of ids that follow each other.
void add_nodes(std::span<const StackNodeEntry> fresh, Records& out) {
  constexpr size_t kLongestRun = 256, kBytesPerNode = 32;
  for (size_t first = 0; first < fresh.size();) {
    std::vector<trace::StackNode> run;
    while (first + run.size() < fresh.size() && run.size() < kLongestRun &&
           fresh[first + run.size()].id == fresh[first].id + run.size())
      run.push_back(fresh[first + run.size()].node);
    out.encode(RecordType::kFrames, (run.size() + 1) * kBytesPerNode,
               [&](trace::ByteWriter& writer) { trace::encode_frames(writer, fresh[first].id, run); });
    first += run.size();
  }
}

void add_loss(trace::LossReason reason, uint64_t count, const std::string& detail, Records& out) {
  out.encode(RecordType::kLoss, 64 + detail.size(), [&](trace::ByteWriter& writer) {
    trace::encode_loss(writer, {.reason = reason, .count = count, .detail = detail});
  });
}

void add_losses(const Recovery& recovery, Records& out) {
  using trace::LossReason;
  if (recovery.events_dropped != 0) add_loss(LossReason::kEventsDropped, recovery.events_dropped, "", out);
  if (recovery.calls_too_deep != 0) add_loss(LossReason::kCallsTooDeep, recovery.calls_too_deep, "", out);
  if (recovery.unmatched_call_ends != 0)
    add_loss(LossReason::kUnmatchedCallEnds, recovery.unmatched_call_ends, "", out);
  if (recovery.trace_cannot_grow != 0) {
    // How many events are missing is not known; the ledger says the same without the seal.
    add_loss(LossReason::kTraceCannotGrow, 0, std::strerror(static_cast<int>(recovery.trace_cannot_grow & 0xffff)),
             out);
  }
}

trace::EndRecord end_of(const TraceContents& contents) {
  trace::EndRecord end = contents.end.value_or(trace::EndRecord{});
  std::set<uint32_t> threads;
  end.windows = contents.windows.size();
  end.events = 0;
  for (const WindowPayload& window : contents.windows) {
    const auto head = trace::decode_window_head(window.bytes);
    if (!head) continue;
    end.events += head->events;
    threads.insert(head->thread_ordinal);
  }
  if (!contents.end) end.threads = threads.size();
  end.live_rings = 0;
  end.sealed = 1;
  return end;
}

void write_at(const std::string& path, uint64_t offset, const std::vector<uint8_t>& bytes) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
  bool good = file >= 0;
  for (size_t done = 0; good && done < bytes.size();) {
    const ssize_t size = ::pwrite(file, bytes.data() + done, bytes.size() - done, static_cast<off_t>(offset + done));
    good = size > 0 || (size < 0 && errno == EINTR);
    if (size > 0) done += static_cast<size_t>(size);
  }
  good = good && ::ftruncate(file, static_cast<off_t>(offset + bytes.size())) == 0;
  const int error = errno;
  if (file >= 0) ::close(file);
  if (!good) throw Error(ExitStatus::kError, fmt::format("cannot write '{}': {}", path, std::strerror(error)));
}

}  // namespace

std::string command_name_of(const std::string& path) {
  TraceFile file(path);
  while (const std::optional<Record> record = file.next()) {
    if (record->type != RecordType::kProcess) continue;
    const auto fields = trace::decode_process(record->payload);
    if (!fields) break;
    for (const trace::ProcessField& field : *fields)
      if (field.name == trace::kFieldCommandName) return std::string(field.value);
  }
  return {};
}

bool seal_trace(const std::string& path) {
  if (!std::filesystem::exists(path + trace::kLiveSuffix)) return false;  // the usual case: nothing to read twice
  TraceFile file(path);
  TraceContents contents = read_contents(file);
  if (contents.ending != TraceFile::Ending::kWritten) return false;
  if (contents.end && contents.end->live_rings == 0) return false;
  const size_t old_nodes = contents.nodes.size();
  const size_t old_windows = contents.windows.size();
  const Recovery recovery = recover(path, file.header().session, contents);
  if (recovery.state != Recovery::State::kRecovered) return false;

  Records records;
  const std::span fresh = std::span(contents.nodes).subspan(old_nodes);
  std::sort(fresh.begin(), fresh.end(), [](const StackNodeEntry& a, const StackNodeEntry& b) { return a.id < b.id; });
  add_nodes(fresh, records);
  for (size_t window = old_windows; window < contents.windows.size(); ++window)
    records.add(RecordType::kWindow, contents.windows[window].bytes);
  add_losses(recovery, records);
  records.encode(RecordType::kEnd, 128, [&](trace::ByteWriter& out) { trace::encode_end(out, end_of(contents)); });
  // The file may end before the padding of its last record; what is skipped reads as zeros.
  write_at(path, padded(contents.good_bytes), records.bytes());
  std::filesystem::remove(path + trace::kLiveSuffix);
  return true;
}

}  // namespace mallocop::report
