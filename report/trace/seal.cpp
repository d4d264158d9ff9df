#include "report/trace/seal.h"

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <set>

#include "report/trace/append.h"
#include "report/trace/recovery.h"
#include "report/trace/trace_contents.h"
#include "trace/records.h"
#include "trace/records_decode.h"
#include "trace/window.h"

namespace mallocop::report {
namespace {

using trace::RecordType;

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
  records.write_at(path, contents.good_bytes);
  std::filesystem::remove(path + trace::kLiveSuffix);
  return true;
}

}  // namespace mallocop::report
