#include "trace/records_decode.h"

#include <limits>

#include "trace/function_frames.h"

namespace mallocop::trace {
namespace {

constexpr uint64_t kMaxEnumerator = 0xff;  // readers keep values they do not know: a new one needs no new layout

ByteReader reader_of(std::span<const uint8_t> payload) { return {payload.data(), payload.size()}; }

}  // namespace

std::optional<std::vector<ProcessField>> decode_process(std::span<const uint8_t> payload) {
  ByteReader in = reader_of(payload);
  std::vector<ProcessField> fields(in.count(2));
  for (ProcessField& field : fields) {
    field.name = in.text();
    field.value = in.text();
  }
  if (!in.finished()) return std::nullopt;
  return fields;
}

std::optional<ModuleRecord> decode_module(std::span<const uint8_t> payload) {
  ByteReader in = reader_of(payload);
  ModuleRecord module;
  module.index = static_cast<ModuleIndex>(in.varint_at_most(kMaxModules - 1));
  module.bias = in.varint();
  module.begin = in.varint();
  module.end = in.varint();
  module.path = in.text();
  module.build_id = in.text();
  if (!in.finished() || module.end < module.begin || module.path.size() > kMaxModulePath) return std::nullopt;
  return module;
}

std::optional<FramesRecord> decode_frames(std::span<const uint8_t> payload) {
  constexpr size_t kMinimumNode = 4;
  constexpr uint64_t kLastId = std::numeric_limits<StackId>::max();
  ByteReader in = reader_of(payload);
  FramesRecord record;
  const uint64_t first = in.varint_at_most(kLastId);
  const size_t count = in.count(kMinimumNode);
  if (in.failed() || first < kFirstStack || count > kLastId - first + 1) return std::nullopt;
  record.first = static_cast<StackId>(first);
  record.nodes.resize(count);
  uint64_t id = first;
  uint64_t previous_address = 0;
  for (StackNode& node : record.nodes) {
    const uint64_t distance = in.varint_at_most(id - kFirstStack);
    node.parent = distance == 0 ? kNoParent : static_cast<StackId>(id - distance);
    node.module = static_cast<ModuleIndex>(in.varint_at_most(kNoModule));
    node.address = previous_address + static_cast<uint64_t>(in.zigzag());
    node.flags = static_cast<uint16_t>(in.varint_at_most(std::numeric_limits<uint16_t>::max()));
    previous_address = node.address;
    ++id;
  }
  if (!in.finished()) return std::nullopt;
  return record;
}

std::optional<OperationRecord> decode_operation(std::span<const uint8_t> payload) {
  ByteReader in = reader_of(payload);
  OperationRecord operation;
  operation.id = static_cast<OperationId>(in.varint_at_most(kMaxOperations - 1));
  const uint64_t source = in.varint_at_most(kMaxEnumerator);
  operation.source = static_cast<OperationSource>(source);
  operation.name = in.text();
  if (!in.finished() || operation.id == kOutside || source == 0) return std::nullopt;
  if (operation.name.size() > kMaxOperationName) return std::nullopt;
  return operation;
}

std::optional<FunctionRecord> decode_function(std::span<const uint8_t> payload) {
  ByteReader in = reader_of(payload);
  FunctionRecord function;
  function.operation = static_cast<OperationId>(in.varint_at_most(kMaxOperations - 1));
  function.begin = in.varint();
  function.end = in.varint();
  if (!in.finished() || function.operation == kOutside || function.end < function.begin) return std::nullopt;
  return function;
}

std::optional<CallSiteRecord> decode_call_site(std::span<const uint8_t> payload) {
  ByteReader in = reader_of(payload);
  CallSiteRecord site;
  site.operation = static_cast<OperationId>(in.varint_at_most(kMaxFunctionOperations));
  site.return_address = in.varint();
  if (!in.finished() || site.operation == kOutside) return std::nullopt;
  return site;
}

std::optional<UncertainEntryRecord> decode_uncertain_entry(std::span<const uint8_t> payload) {
  ByteReader in = reader_of(payload);
  UncertainEntryRecord entry;
  entry.operation = static_cast<OperationId>(in.varint_at_most(kMaxFunctionOperations));
  entry.caller = static_cast<StackId>(in.varint_at_most(0xffffffff));
  entry.ends_in = in.text();
  if (!in.finished() || entry.operation == kOutside) return std::nullopt;
  return entry;
}

std::optional<BatchRecord> decode_batch(std::span<const uint8_t> payload) {
  ByteReader in = reader_of(payload);
  BatchRecord batch;
  batch.operation = static_cast<OperationId>(in.varint_at_most(kMaxOperations - 1));
  batch.thread_ordinal = static_cast<uint32_t>(in.varint_at_most(0xffffffff));
  batch.iterations = in.varint();
  batch.begin_ticks = in.fixed64();
  batch.end_ticks = in.fixed64();
  batch.caller = in.varint();
  if (!in.finished() || batch.operation == kOutside) return std::nullopt;
  return batch;
}

std::optional<HarnessRecord> decode_harness(std::span<const uint8_t> payload) {
  ByteReader in = reader_of(payload);
  HarnessRecord harness;
  harness.kind = in.text();
  harness.text = in.text();
  if (!in.finished() || harness.kind.size() > kMaxHarnessKind) return std::nullopt;
  return harness;
}

std::optional<LossRecord> decode_loss(std::span<const uint8_t> payload) {
  ByteReader in = reader_of(payload);
  LossRecord loss;
  const uint64_t reason = in.varint_at_most(kMaxEnumerator);
  loss.reason = static_cast<LossReason>(reason);
  loss.count = in.varint();
  loss.detail = in.text();
  if (!in.finished() || reason == 0) return std::nullopt;
  return loss;
}

std::optional<EndRecord> decode_end(std::span<const uint8_t> payload) {
  ByteReader in = reader_of(payload);
  EndRecord end;
  end.windows = in.varint();
  end.events = in.varint();
  end.threads = in.varint();
  end.end_ticks = in.fixed64();
  end.end_nanoseconds = in.fixed64();
  end.live_rings = in.varint();
  end.children = in.varint();
  end.sealed = in.varint();
  if (!in.finished()) return std::nullopt;
  return end;
}

}  // namespace mallocop::trace
