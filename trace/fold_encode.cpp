// The last step of the fold: its rows as the payload of a window record (docs/trace-format.md, "Window").
#include "trace/bytes.h"
#include "trace/fold_scratch.h"

namespace mallocop::trace {
namespace {

void encode_sites(ByteWriter& out, const FoldScratch& scratch) {
  out.varint(scratch.site_rows);
  StackId previous = 0;
  for (uint32_t index = 0; index < scratch.site_rows; ++index) {
    const SiteRow& row = scratch.site[index];
    out.varint(row.operation);
    out.zigzag(int64_t{row.stack} - int64_t{previous});
    previous = row.stack;
    out.varint(row.allocations);
    out.varint(row.bytes);
    out.varint(row.freed);
    out.varint(row.freed_bytes);
    out.varint(row.temporary);
    out.varint(row.reallocations);
    out.varint(row.smallest);
    out.varint(row.largest - row.smallest);
  }
}

void encode_calls(ByteWriter& out, const FoldScratch& scratch) {
  out.varint(scratch.call_rows);
  for (uint32_t index = 0; index < scratch.call_rows; ++index) {
    const CallRow& row = scratch.call[index];
    out.varint(row.operation);
    out.varint((row.begins ? 1U : 0U) | (row.ends ? 2U : 0U) | (row.ordered ? 4U : 0U));
    out.varint(row.place);
    out.varint(row.repeat);
    out.varint(row.iterations);
    out.varint(row.allocations);
    out.varint(row.bytes);
    out.varint(row.frees);
    out.varint(row.temporary);
    out.varint(row.peak);
    out.varint(row.net);
    out.varint(row.site_count);
    for (uint32_t site = 0; site < row.site_count; ++site) {
      const RowSite& taken = scratch.row_site[row.first_site + site];
      out.varint(taken.site);
      out.varint(taken.allocations);
      out.varint(taken.bytes);
    }
  }
}

void encode_latencies(ByteWriter& out, const FoldScratch& scratch) {
  uint32_t timed = 0;
  for (uint32_t index = 0; index < scratch.operation_rows; ++index) timed += scratch.operation[index].calls != 0;
  out.varint(timed);
  for (uint32_t index = 0; index < scratch.operation_rows; ++index) {
    const OperationRow& row = scratch.operation[index];
    if (row.calls == 0) continue;
    out.varint(row.operation);
    out.varint(row.calls);
    out.varint(row.total_ticks);
    out.varint(row.smallest);
    out.varint(row.largest);
    out.varint(row.cell_count);
    for (uint32_t cell = row.cells; cell != kNoRow; cell = scratch.cell[cell].next) {
      out.varint(scratch.cell[cell].bucket);
      out.varint(scratch.cell[cell].calls);
    }
  }
}

void encode_blocks(ByteWriter& out, const FoldScratch& scratch) {
  out.varint(scratch.block_rows);
  uint64_t previous = 0;
  for (uint32_t index = 0; index < scratch.block_rows; ++index) {
    const BlockRow& row = scratch.block[index];
    out.varint(row.kind | (row.level_before != 0 ? 4U : 0U) | (row.stamp != 0 ? 8U : 0U));
    if (row.level_before != 0) out.varint(row.level_before);
    if (row.stamp != 0) out.varint(row.stamp);
    out.zigzag(static_cast<int64_t>(row.address - previous));
    previous = row.address;
    out.varint(row.site_or_operation);
    if (row.kind == 0) out.varint(row.size);
  }
}

}  // namespace

size_t encode_window(const FoldInput& input, uint64_t begin_ticks, const FoldCounts& counts, FoldScratch& scratch) {
  ByteWriter out(scratch.output, sizeof scratch.output);
  out.varint(input.thread_ordinal);
  out.varint(input.thread_id);
  out.varint(input.window);
  out.fixed64(begin_ticks);
  out.fixed64(input.end_ticks);
  out.fixed64(input.end_nanoseconds);
  out.varint(counts.events);
  out.varint(counts.frees);
  encode_sites(out, scratch);
  encode_calls(out, scratch);
  encode_latencies(out, scratch);
  encode_blocks(out, scratch);
  out.varint(counts.level_after);
  return out.size();
}

}  // namespace mallocop::trace
