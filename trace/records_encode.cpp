// Writing the small records. The shim's side: nothing here allocates, throws or needs libstdc++.
#include "trace/records.h"

namespace mallocop::trace {

void encode_process(ByteWriter& out, std::span<const ProcessField> fields) {
  out.varint(fields.size());
  for (const ProcessField& field : fields) {
    out.text(field.name);
    out.text(field.value);
  }
}

void encode_module(ByteWriter& out, const ModuleRecord& module) {
  out.varint(module.index);
  out.varint(module.bias);
  out.varint(module.begin);
  out.varint(module.end);
  out.text(module.path);
  out.text(module.build_id);
}

void encode_frames(ByteWriter& out, StackId first, std::span<const StackNode> nodes) {
  out.varint(first);
  out.varint(nodes.size());
  StackId id = first;
  uint64_t previous_address = 0;
  for (const StackNode& node : nodes) {
    out.varint(node.parent == kNoParent ? 0 : uint64_t{id} - node.parent);
    out.varint(node.module);
    out.zigzag(static_cast<int64_t>(node.address - previous_address));
    out.varint(node.flags);
    previous_address = node.address;
    ++id;
  }
}

void encode_operation(ByteWriter& out, const OperationRecord& operation) {
  out.varint(operation.id);
  out.varint(static_cast<uint64_t>(operation.source));
  out.text(operation.name);
}

void encode_function(ByteWriter& out, const FunctionRecord& function) {
  out.varint(function.operation);
  out.varint(function.begin);
  out.varint(function.end);
}

void encode_call_site(ByteWriter& out, const CallSiteRecord& site) {
  out.varint(site.operation);
  out.varint(site.return_address);
}

void encode_uncertain_entry(ByteWriter& out, const UncertainEntryRecord& entry) {
  out.varint(entry.operation);
  out.varint(entry.caller);
  out.text(entry.ends_in);
}

void encode_batch(ByteWriter& out, const BatchRecord& batch) {
  out.varint(batch.operation);
  out.varint(batch.thread_ordinal);
  out.varint(batch.iterations);
  out.fixed64(batch.begin_ticks);
  out.fixed64(batch.end_ticks);
  out.varint(batch.caller);
}

void encode_harness(ByteWriter& out, const HarnessRecord& harness) {
  out.text(harness.kind);
  out.text(harness.text);
}

void encode_loss(ByteWriter& out, const LossRecord& loss) {
  out.varint(static_cast<uint64_t>(loss.reason));
  out.varint(loss.count);
  out.text(loss.detail);
}

void encode_end(ByteWriter& out, const EndRecord& end) {
  out.varint(end.windows);
  out.varint(end.events);
  out.varint(end.threads);
  out.fixed64(end.end_ticks);
  out.fixed64(end.end_nanoseconds);
  out.varint(end.live_rings);
  out.varint(end.children);
  out.varint(end.sealed);
}

}  // namespace mallocop::trace
