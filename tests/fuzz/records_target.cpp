// The decoders of records: the first byte says which one, the rest is its payload.
#include <cstring>

#include "tests/fuzz/memory_bound.h"
#include "tests/fuzz/target.h"
#include "trace/records_decode.h"
#include "trace/window.h"

namespace mallocop::fuzz {
namespace {

using Payload = std::span<const uint8_t>;

void process(Payload payload) {
  const auto fields = trace::decode_process(payload);
  if (fields) expect(fields->size() <= payload.size() / 2, "a field has two bytes at least");
}

void frames(Payload payload) {
  const auto record = trace::decode_frames(payload);
  if (!record) return;
  trace::StackId id = record->first;
  for (const trace::StackNode& node : record->nodes) {
    expect(node.parent == trace::kNoParent || (node.parent >= trace::kFirstStack && node.parent < id),
           "a parent's id is smaller than its child's");
    ++id;
  }
}

void operation(Payload payload) {
  const auto record = trace::decode_operation(payload);
  if (!record) return;
  expect(record->id != trace::kOutside && record->id < trace::kMaxOperations, "an operation has an id");
  expect(record->name.size() <= trace::kMaxOperationName, "an operation's name has at most 1024 bytes");
}

void module(Payload payload) {
  const auto record = trace::decode_module(payload);
  if (record) expect(record->index < trace::kMaxModules && record->begin <= record->end, "a module is in range");
}

void check_calls(const trace::Window& window) {
  for (const trace::WindowCall& call : window.calls) {
    expect(call.repeat != 0 && call.iterations != 0 && call.level < trace::kMaxOpenCalls, "a call is in range");
    for (const trace::WindowCallSite& use : call.sites) expect(use.site < window.sites.size(), "a call's site exists");
  }
}

void window(Payload payload) {
  const auto window = trace::decode_window(payload);
  if (!window) return;
  const auto head = trace::decode_window_head(payload);
  expect(head && head->events == window->events && head->number == window->number, "the head is the window's");
  uint64_t allocations = 0;
  for (const trace::WindowSite& site : window->sites) {
    expect(site.freed <= site.allocations && site.temporary <= site.freed, "parts are no more than the whole");
    expect(!__builtin_add_overflow(allocations, site.allocations, &allocations), "sums fit");
  }
  expect(window->frees <= window->events && allocations <= window->events - window->frees,
         "an allocation is an event, and no free");
  check_calls(*window);
  for (const trace::WindowLatency& latency : window->latencies) {
    for (const auto& bucket : latency.buckets) expect(bucket.bucket < trace::kLatencyBuckets, "a bucket exists");
  }
  uint64_t begun = 0;
  for (const trace::WindowBlock& block : window->blocks) {
    const bool has_site = block.kind == trace::WindowBlock::Kind::kAlloc || block.of_pair();
    expect(!has_site || block.site < window->sites.size(), "a block's site exists");
    begun += block.kind == trace::WindowBlock::Kind::kPairBegin;
    expect(block.kind != trace::WindowBlock::Kind::kPairEnd || begun-- != 0, "a listed pair begins before it ends");
  }
}

void run(uint8_t which, Payload payload) {
  switch (static_cast<trace::RecordType>(which % 16)) {
    case trace::RecordType::kProcess:
      return process(payload);
    case trace::RecordType::kModule:
      return module(payload);
    case trace::RecordType::kFrames:
      return frames(payload);
    case trace::RecordType::kOperation:
      return operation(payload);
    case trace::RecordType::kLoss:
      static_cast<void>(trace::decode_loss(payload));
      return;
    case trace::RecordType::kEnd:
      static_cast<void>(trace::decode_end(payload));
      return;
    case trace::RecordType::kFunction:
      static_cast<void>(trace::decode_function(payload));
      return;
    case trace::RecordType::kBatch:
      static_cast<void>(trace::decode_batch(payload));
      return;
    case trace::RecordType::kCallSite:
      static_cast<void>(trace::decode_call_site(payload));
      return;
    case trace::RecordType::kUncertainEntry:
      static_cast<void>(trace::decode_uncertain_entry(payload));
      return;
    case trace::RecordType::kHarness:
      static_cast<void>(trace::decode_harness(payload));
      return;
    case trace::RecordType::kWindow:
    case trace::RecordType::kEndOfData:
    default:
      return window(payload);
  }
}

}  // namespace
}  // namespace mallocop::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  // The dearest entry is a block of a window: 56 bytes for three.
  const mallocop::fuzz::MemoryBound bound(size, 32, 4096);
  mallocop::fuzz::run(data[0], {data + 1, size - 1});
  return 0;
}
