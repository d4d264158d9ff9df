#include "report/trace/trace_contents.h"

#include <algorithm>

#include "trace/records_decode.h"
#include "trace/window.h"

namespace mallocop::report {
namespace {

using trace::RecordType;

bool add_process(std::span<const uint8_t> payload, TraceContents& contents) {
  const auto fields = trace::decode_process(payload);
  if (!fields) return false;
  for (const trace::ProcessField& field : *fields) contents.process.emplace_back(field.name, field.value);
  return true;
}

bool add_module(std::span<const uint8_t> payload, TraceContents& contents) {
  const auto module = trace::decode_module(payload);
  if (!module) return false;
  contents.modules.push_back({module->index, module->bias, module->begin, module->end, std::string(module->path),
                              std::vector<uint8_t>(module->build_id.begin(), module->build_id.end())});
  return true;
}

bool add_frames(std::span<const uint8_t> payload, TraceContents& contents) {
  const auto frames = trace::decode_frames(payload);
  if (!frames) return false;
  trace::StackId id = frames->first;
  for (const trace::StackNode& node : frames->nodes) contents.nodes.push_back({id++, node});
  return true;
}

bool add_operation(std::span<const uint8_t> payload, TraceContents& contents) {
  const auto operation = trace::decode_operation(payload);
  if (!operation) return false;
  contents.operations.push_back({operation->id, operation->source, std::string(operation->name)});
  return true;
}

bool add_function(std::span<const uint8_t> payload, TraceContents& contents) {
  const auto function = trace::decode_function(payload);
  if (!function) return false;
  contents.functions.push_back(*function);
  return true;
}

bool add_call_site(std::span<const uint8_t> payload, TraceContents& contents) {
  const auto site = trace::decode_call_site(payload);
  if (!site) return false;
  contents.call_sites.push_back(*site);
  return true;
}

bool add_uncertain_entry(std::span<const uint8_t> payload, TraceContents& contents) {
  const auto entry = trace::decode_uncertain_entry(payload);
  if (!entry) return false;
  contents.uncertain_entries.push_back({entry->operation, entry->caller, std::string(entry->ends_in)});
  return true;
}

bool add_batch(std::span<const uint8_t> payload, TraceContents& contents) {
  const auto batch = trace::decode_batch(payload);
  if (!batch) return false;
  contents.batches.push_back(*batch);
  return true;
}

bool add_harness(std::span<const uint8_t> payload, TraceContents& contents) {
  const auto harness = trace::decode_harness(payload);
  if (!harness) return false;
  if (harness->kind == trace::kGoogleBenchmarkJson) {
    contents.harness_outputs.emplace_back(harness->text);
  } else {
    ++contents.unknown_records;
  }
  return true;
}

bool add_loss(std::span<const uint8_t> payload, TraceContents& contents) {
  const auto loss = trace::decode_loss(payload);
  if (!loss) return false;
  contents.losses.push_back({loss->reason, loss->count, std::string(loss->detail)});
  return true;
}

bool add_window(std::span<const uint8_t> payload, TraceContents& contents) {
  const auto head = trace::decode_window_head(payload);
  if (!head) return false;
  contents.windows.push_back({payload, false});
  contents.window_numbers.emplace(head->thread_ordinal, head->number);
  contents.window_events += head->events;
  return true;
}

bool add_end(std::span<const uint8_t> payload, TraceContents& contents) {
  const auto end = trace::decode_end(payload);
  if (!end) return false;
  contents.end = end;
  contents.windows_before_end = contents.windows.size();
  contents.events_before_end = contents.window_events;
  return true;
}

constexpr uint16_t kLayoutVersion = 1;  // of all payloads

bool known_type(RecordType type) { return type >= RecordType::kProcess && type <= RecordType::kUncertainEntry; }

bool add_record(const Record& record, TraceContents& contents) {
  if (known_type(record.type) && record.version != kLayoutVersion) {
    ++contents.unknown_layouts;
    return true;
  }
  switch (record.type) {
    case RecordType::kProcess:
      return add_process(record.payload, contents);
    case RecordType::kModule:
      return add_module(record.payload, contents);
    case RecordType::kFrames:
      return add_frames(record.payload, contents);
    case RecordType::kOperation:
      return add_operation(record.payload, contents);
    case RecordType::kWindow:
      return add_window(record.payload, contents);
    case RecordType::kFunction:
      return add_function(record.payload, contents);
    case RecordType::kCallSite:
      return add_call_site(record.payload, contents);
    case RecordType::kUncertainEntry:
      return add_uncertain_entry(record.payload, contents);
    case RecordType::kBatch:
      return add_batch(record.payload, contents);
    case RecordType::kHarness:
      return add_harness(record.payload, contents);
    case RecordType::kLoss:
      return add_loss(record.payload, contents);
    case RecordType::kEnd:
      return add_end(record.payload, contents);
    case RecordType::kEndOfData:
      break;
  }
  ++contents.unknown_records;
  return true;
}

}  // namespace

std::string TraceContents::field(std::string_view name) const {
  for (const auto& [key, value] : process) {
    if (key == name) return value;
  }
  return {};
}

bool TraceContents::has_field(std::string_view name, std::string_view value) const {
  return std::any_of(process.begin(), process.end(),
                     [&](const auto& field) { return field.first == name && field.second == value; });
}

TraceContents read_contents(TraceFile& file) {
  TraceContents contents;
  contents.file_size = file.size();
  while (const std::optional<Record> record = file.next()) {
    contents.good_bytes = record->offset;
    if (!add_record(*record, contents)) {
      contents.ending = TraceFile::Ending::kDamaged;
      return contents;
    }
  }
  contents.good_bytes = file.offset();
  contents.ending = file.ending();
  return contents;
}

}  // namespace mallocop::report
