// The last step of the fold: its rows as the payload of a window record (docs/trace-format.md, "Window").
#include <utility>

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
    out.varint((row.begins ? kCallBegins : kCallSaysWhen) | (row.ends ? kCallEnds : 0U) |
               (row.ordered ? kCallIsOrdered : 0U));
    out.varint(row.place);
    out.varint(row.repeat);
    out.varint(row.iterations);
    out.varint(row.allocations);
    out.varint(row.bytes);
    out.varint(row.frees);
    out.varint(row.temporary);
    out.varint(row.peak);
    out.varint(row.net);
    if (!row.begins) out.varint(row.blocks_before);
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

// The list of blocks: the rows, and both ends of each listed pair where they happened.
class BlockList {
 public:
  BlockList(ByteWriter& out, const Event* events, const FoldScratch& scratch)
      : out_(out), events_(events), s_(scratch), ends_(2 * scratch.pairs) {}

  // Returns what is left of `level_after`.
  uint64_t encode(const FoldCounts& counts) {
    out_.varint(s_.block_rows + ends_);
    for (uint32_t index = 0; index < s_.block_rows; ++index) {
      const BlockRow& row = s_.block[index];
      row_with(row, level_until(2 * uint32_t{row.index}, row.level_before, row.highest_at));
    }
    return level_until(~0U, counts.level_after, counts.highest_after_at);
  }

 private:
  // Writes the ends of pairs that come before an entry. That has `level` before it, reached behind an event: it stands
  // before the first of them that came later, without what listed pairs hold. Returns what is left of it for the entry.
  uint64_t level_until(uint32_t order, uint64_t level, uint32_t highest_at) {
    for (; next_ < ends_; ++next_) {
      const PairEnd end = pair_end(s_, next_);
      if (end.order > order) break;
      uint64_t before = 0;
      if (end.order > 2 * highest_at) std::swap(before, level);
      write(end, unlisted(before));
    }
    return unlisted(level);
  }
  uint64_t unlisted(uint64_t level) const { return level > held_ ? level - held_ : 0; }

  void write(const PairEnd& end, uint64_t level_before) {
    const uint32_t allocation = s_.pair[end.pair].allocation;
    const uint64_t size = allocated_size(events_, allocation);
    head(BlockEntry::kPair, end.begins ? 0U : kBlockPairEnds, level_before);
    if (end.begins) {
      out_.varint(s_.site_of[allocation]);
      out_.varint(size);
      held_ += size;
    } else {
      out_.varint(end.pair);
      held_ -= size;
    }
  }

  void row_with(const BlockRow& row, uint64_t level_before) {
    const bool of_part = row.entry == BlockEntry::kAlloc && (row.of_part || is_of_open_call(row.index));
    head(row.entry, (row.stamp != 0 ? kBlockHasStamp : 0U) | (of_part ? kBlockOfPart : 0U), level_before);
    if (row.stamp != 0) out_.varint(row.stamp);
    out_.zigzag(static_cast<int64_t>(row.address - address_));
    address_ = row.address;
    out_.varint(row.site_or_operation);
    if (row.entry == BlockEntry::kAlloc) out_.varint(row.size);
    if (of_part) out_.varint(s_.place_of[row.index]);
  }
  bool is_of_open_call(uint32_t allocation) const {
    const uint32_t serial = s_.serial_of[allocation];
    return serial != 0 && s_.live[s_.place_of[allocation]].call.serial == serial;
  }

  void head(BlockEntry entry, unsigned flags, uint64_t level_before) {
    out_.varint(static_cast<unsigned>(entry) | flags | (level_before != 0 ? kBlockHasLevel : 0U));
    if (level_before != 0) out_.varint(level_before);
  }

  ByteWriter& out_;
  const Event* events_;
  const FoldScratch& s_;
  uint32_t ends_;
  uint32_t next_ = 0;  // end of a pair
  uint64_t held_ = 0;  // bytes of listed pairs that are live
  uint64_t address_ = 0;
};

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
  const uint64_t level_after = BlockList(out, input.events, scratch).encode(counts);
  out.varint(level_after);
  return out.size();
}

}  // namespace mallocop::trace
