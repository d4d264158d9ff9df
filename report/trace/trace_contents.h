// All that a trace says, record by record, before anything is concluded from it.
//
// The small records are decoded; window records stay payloads, checked by their checksums and decoded one at a time
// by whoever walks them. Recovery adds to the same lists what it finds in the companion.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "report/trace/trace_file.h"
#include "trace/records.h"

namespace mallocop::report {

struct StackNodeEntry {
  trace::StackId id = trace::kUnknownStack;
  trace::StackNode node{};
};

struct ModuleEntry {
  trace::ModuleIndex index = trace::kNoModule;
  uint64_t bias = 0;
  uint64_t begin = 0;
  uint64_t end = 0;
  std::string path;
  std::vector<uint8_t> build_id;
};

struct OperationEntry {
  trace::OperationId id = trace::kOutside;
  trace::OperationSource source = trace::OperationSource::kMark;
  std::string name;
};

struct UncertainEntry {
  trace::OperationId operation = trace::kOutside;
  trace::StackId caller = trace::kUnknownStack;
  std::string ends_in;
};

struct LossEntry {
  trace::LossReason reason = trace::LossReason::kEventsDropped;
  uint64_t count = 0;
  std::string detail;
};

struct WindowPayload {
  std::span<const uint8_t> bytes;
  bool recovered = false;  // folded by the reporter from a ring of the companion
};

struct TraceContents {
  std::vector<std::pair<std::string, std::string>> process;
  std::vector<ModuleEntry> modules;
  std::vector<StackNodeEntry> nodes;  // in the order in which they were written
  std::vector<OperationEntry> operations;
  std::vector<trace::FunctionRecord> functions;
  std::vector<trace::CallSiteRecord> call_sites;
  std::vector<UncertainEntry> uncertain_entries;
  std::vector<trace::BatchRecord> batches;   // in the order in which they ended
  std::vector<std::string> harness_outputs;  // of Google Benchmark, as JSON; the last one counts
  std::vector<LossEntry> losses;
  std::vector<WindowPayload> windows;                      // in the order in which they were written
  std::set<std::pair<uint32_t, uint32_t>> window_numbers;  // (thread ordinal, number) of each window of the trace
  uint64_t window_events = 0;                              // events in those of the trace
  std::optional<trace::EndRecord> end;                     // the last one
  uint64_t windows_before_end = 0;
  uint64_t events_before_end = 0;
  uint64_t unknown_records = 0;  // of types that this version does not know, and left out
  uint64_t unknown_layouts = 0;  // records of known types in a layout that this version does not know, left out too

  TraceFile::Ending ending = TraceFile::Ending::kWritten;
  uint64_t good_bytes = 0;  // of the file, until what stopped the reading
  uint64_t file_size = 0;

  // The value of a process field; empty if the trace does not have it.
  std::string field(std::string_view name) const;
  bool has_field(std::string_view name, std::string_view value) const;
};

// Reads to the end of the good prefix. A record whose payload cannot be decoded ends it as damage does. The payloads
// of the windows stay in the file's mapping.
TraceContents read_contents(TraceFile& file);

}  // namespace mallocop::report
