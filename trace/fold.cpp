// Pass 2 of the fold: counting per site, and the list of blocks that outlive the window.
//
// Blocks with the stack kToolStack are matched and listed like others, but no level and no call counts them: the reader
// drops them.
#include "trace/fold.h"

#include <algorithm>

#include "trace/fold_calls.h"
#include "trace/fold_scratch.h"

namespace mallocop::trace {
namespace {

class Counting {
 public:
  Counting(const FoldInput& input, uint32_t count, FoldState& state, FoldScratch& scratch)
      : events_(input.events),
        count_(count),
        functions_(input.functions),
        state_(state),
        s_(scratch),
        calls_(state, scratch, counts_) {
    s_.sites.clear();
    s_.blocks.clear();
    s_.site_rows = s_.block_rows = s_.large_pairs = 0;
    latest_block_ = state.last_block;
    latest_call_ = state.last_block_call;
  }

  FoldCounts run() {
    for (uint32_t index = 0; index < count_;) index += step(index);
    calls_.finish();
    state_.last_block = latest_block_;
    state_.last_block_call = latest_call_;
    counts_.level_after = segment_peak_;
    counts_.highest_after_at = segment_peak_at_;
    return counts_;
  }

 private:
  // Returns how many events it took.
  uint32_t step(uint32_t index) {
    const Event& event = events_[index];
    switch (event.kind()) {
      case EventKind::kAlloc:
        if (event.repeats() != 0) pairs(index, event.repeats());  // before it
        [[fallthrough]];
      case EventKind::kReallocAlloc:
        allocation(index);
        break;
      case EventKind::kPair:
        pairs(index, event.repeats() + 1);
        break;
      case EventKind::kFree:
      case EventKind::kReallocFree:
        release(index);
        break;
      case EventKind::kCallBegin:
        ++counts_.events;
        calls_.begin(event);
        break;
      case EventKind::kCallEnd:
        ++counts_.events;
        calls_.end(event);
        break;
      case EventKind::kCall: {
        const uint32_t calls = calls_.begin_and_end(events_ + index, count_ - index);
        counts_.events += 2 * uint64_t{calls};
        return calls;
      }
      case EventKind::kEntry:
        counts_.events += uint64_t{event.entry_repeats()} + 1;
        calls_.enter(event);
        break;
      case EventKind::kSwitch:
        ++counts_.events;
        calls_.switch_to(event.value());
        break;
      case EventKind::kOthers:
        calls_.set_others(event.value(), event.data);
        break;
      case EventKind::kIterations:
        calls_.set_iterations(event.value());
        break;
      case EventKind::kNone:
      case EventKind::kWide:
      default:
        break;
    }
    return 1;
  }

  // Whose an allocation is, by its stack.
  struct Owner {
    OperationId operation;
    uint32_t call;  // its place; kNone: no call
  };
  Owner owner(StackId stack) {
    if (stack == kToolStack) return {kOutside, CallCounting::kNone};
    const FunctionFrame frame = functions_ == nullptr ? FunctionFrame{} : functions_->of(stack);
    const uint32_t call = calls_.owner(frame);
    return {call == CallCounting::kNone ? frame.operation : calls_.operation_of(call), call};
  }

  void allocation(uint32_t index) {
    const Event& event = events_[index];
    const uint64_t size = allocated_size(events_, index);
    const bool own = event.stack() == kToolStack;
    const auto [operation, call] = owner(event.stack());
    const uint32_t row_index = site_row(operation, event.stack());
    SiteRow& row = s_.site[row_index];
    ++counts_.events;
    count(row, 1, size);
    row.reallocations += event.kind() == EventKind::kReallocAlloc;
    s_.site_of[index] = static_cast<uint16_t>(row_index);
    s_.serial_of[index] = 0;
    if (call != CallCounting::kNone) calls_.allocated(call, index, row, row_index, size);
    last_allocation_ = index;

    if (s_.partner[index] != 0) {
      ++row.freed;
      row.freed_bytes += size;
      latest_block_ = 0;
      if (!own) {
        raise(level_ += size, index);
        consider(row, index, size);
      }
    } else {
      latest_block_ = event.address();
      latest_call_ = call == CallCounting::kNone ? 0 : calls_.serial_of(call);
      list(index, BlockEntry::kAlloc, row_index, allocated_stamp(events_, index), size);
      s_.block[s_.block_rows - 1].of_part = call != CallCounting::kNone && calls_.began_before(call);
      if (call != CallCounting::kNone || calls_have_listed_) replace_at_address(index);
      if (!own) survives(index, size);
    }
  }

  // Blocks that were freed by the next event. No writer repeats a wide one; so not even a damaged ring overflows a sum.
  void pairs(uint32_t index, uint32_t pairs) {
    const Event& event = events_[index];
    if (event.is_wide()) pairs = 1;
    const uint64_t size = allocated_size(events_, index);
    const bool own = event.stack() == kToolStack;
    const auto [operation, call] = owner(event.stack());
    const uint32_t row_index = site_row(operation, event.stack());
    SiteRow& row = s_.site[row_index];
    counts_.events += 2 * uint64_t{pairs};
    counts_.frees += pairs;
    count(row, pairs, size);
    row.freed += pairs;
    row.freed_bytes += pairs * size;
    row.temporary += pairs;
    if (call != CallCounting::kNone) calls_.paired(call, row, row_index, pairs, size);
    last_allocation_ = kNoRow;
    latest_block_ = 0;
    // Pairs that an allocation repeats come before it, and reach no level that it does not reach.
    if (own || event.kind() != EventKind::kPair) return;
    raise(level_ + size, index);
    s_.site_of[index] = static_cast<uint16_t>(row_index);
    consider(row, index, size);
  }

  void release(uint32_t index) {
    const Event& event = events_[index];
    ++counts_.events;
    ++counts_.frees;
    if (s_.partner[index] == 0) {
      const bool temporary = latest_block_ != 0 && latest_block_ == event.address();
      if (temporary) latest_block_ = 0;
      if (temporary && event.is_proved()) calls_.freed_at_once(latest_call_);
      calls_.freed();
      if (calls_have_listed_) replace_at_address(index);
      const OperationId operation =
          calls_.mark() == CallCounting::kNone ? kOutside : calls_.operation_of(calls_.mark());
      list(index, temporary ? BlockEntry::kTemporaryFree : BlockEntry::kFree, operation, event.free_stamp(), 0);
      return;
    }
    const uint32_t allocation = s_.partner[index] - 1U;
    const bool own = events_[allocation].stack() == kToolStack;
    const bool temporary = allocation == last_allocation_;
    const uint64_t size = allocated_size(events_, allocation);
    s_.site[s_.site_of[allocation]].temporary += temporary;
    if (!own) level_ -= size;
    if (!own) calls_.freed();
    calls_.released(allocation, size, temporary);
  }

  // The event is listed. Whatever proof its thread has or lacks: the block that a call of this thread had at the same
  // address is gone by now.
  void replace_at_address(uint32_t index) {
    const uint64_t address = events_[index].address();
    const size_t slot =
        s_.blocks.find(spread(address >> 4), [&](uint32_t event) { return events_[event].address() == address; });
    const uint32_t earlier = s_.blocks.value(slot);
    if (earlier != s_.blocks.kNone && is_allocation(events_[earlier]))
      calls_.released(earlier, allocated_size(events_, earlier), false);
    s_.blocks.set(slot, index);
    calls_have_listed_ = true;
  }

  static void count(SiteRow& row, uint32_t allocations, uint64_t size) {
    row.allocations += allocations;
    row.bytes += allocations * size;
    row.smallest = std::min(row.smallest, size);
    row.largest = std::max(row.largest, size);
  }

  uint32_t site_row(OperationId operation, StackId stack) {
    uint16_t& recent = s_.recent_site[stack % kRecentSites];
    if (!is_site(recent, operation, stack)) recent = static_cast<uint16_t>(find_site_row(operation, stack));
    return recent;
  }
  bool is_site(uint32_t row, OperationId operation, StackId stack) const {
    return row < s_.site_rows && s_.site[row].stack == stack && s_.site[row].operation == operation;
  }
  [[gnu::noinline]] uint32_t find_site_row(OperationId operation, StackId stack) {
    const size_t slot = s_.sites.find(spread((uint64_t{operation} << 32) | stack),
                                      [&](uint32_t row) { return is_site(row, operation, stack); });
    if (s_.sites.value(slot) == s_.sites.kNone) {
      SiteRow& row = s_.site[s_.site_rows];
      row = {};
      row.operation = operation;
      row.stack = stack;
      row.smallest = ~uint64_t{0};
      s_.sites.set(slot, s_.site_rows++);
    }
    return s_.sites.value(slot);
  }

  // The pairs hold so much now.
  void raise(uint64_t level, uint32_t index) {
    if (level <= segment_peak_) return;
    segment_peak_ = level;
    segment_peak_at_ = static_cast<uint16_t>(index);
    note_highest(surviving_ + level, index);
  }
  void survives(uint32_t index, uint64_t size) {
    surviving_ += size;
    note_highest(surviving_ + level_, index);
  }
  void note_highest(uint64_t level, uint32_t index) {
    if (level > counts_.highest.level) counts_.highest = {level, index};
  }
  void list(uint32_t index, BlockEntry entry, uint32_t site_or_operation, uint32_t stamp, uint64_t size) {
    s_.block[s_.block_rows++] = {entry,
                                 false,
                                 static_cast<uint16_t>(index),
                                 segment_peak_at_,
                                 site_or_operation,
                                 stamp,
                                 segment_peak_,
                                 events_[index].address(),
                                 size};
    segment_peak_ = level_;
    segment_peak_at_ = static_cast<uint16_t>(index);
  }

  // A pair that is large beside all that has been live so far may be listed.
  void consider(SiteRow& row, uint32_t index, uint64_t size) {
    if (size * kLargeShare < counts_.highest.level) [[likely]]
      return;
    if (row.large_pairs == kMostLargeOfSite || s_.large_pairs == kMostLargePairs) return;
    ++row.large_pairs;
    s_.large_pair[s_.large_pairs++] = static_cast<uint16_t>(index);
  }

  static constexpr uint32_t kMostLargeOfSite = 2;

  const Event* events_;
  uint32_t count_;
  const FunctionFrames* functions_;  // null: no operation is a function
  FoldState& state_;
  FoldScratch& s_;
  FoldCounts counts_;
  CallCounting calls_;
  uint32_t last_allocation_ = kNoRow;
  bool calls_have_listed_ = false;  // a block of a call is in FoldScratch::blocks
  uint64_t latest_block_ = 0;  // the thread's latest allocation, if it is listed and its free has not been seen …
  uint32_t latest_call_ = 0;   // … and the serial of the call that made it
  uint64_t level_ = 0;         // bytes that blocks freed inside the window hold now
  uint64_t segment_peak_ = 0;  // the most of it since the last listed block
  uint16_t segment_peak_at_ = 0;
  uint64_t surviving_ = 0;  // bytes of the blocks that outlive the window
};

BlockTotals sum_of_blocks(const FoldCounts& counts, const FoldScratch& scratch) {
  BlockTotals sum{.frees = counts.frees};
  for (uint32_t index = 0; index < scratch.site_rows; ++index) {
    const SiteRow& row = scratch.site[index];
    if (row.stack == kToolStack) continue;
    sum.allocations += row.allocations;
    sum.bytes += row.bytes;
  }
  return sum;
}

}  // namespace

size_t fold_scratch_size() { return sizeof(FoldScratch); }
size_t fold_scratch_alignment() { return alignof(FoldScratch); }
FoldScratch* init_fold_scratch(void* zeroed_memory) { return static_cast<FoldScratch*>(zeroed_memory); }

FoldOutput fold(const FoldInput& input, const FoldState& before, FoldState& after, FoldScratch& scratch) {
  const uint32_t count = std::min<uint32_t>(input.count, kRingEvents);
  after.depth = std::min<uint32_t>(before.depth, kMaxOpenCalls);
  after.last_block = before.last_block;
  after.last_block_call = before.last_block_call;
  after.begin_ticks = input.end_ticks;
  after.coroutine = before.coroutine;
  after.serial = before.serial;
  std::memcpy(after.counters, before.counters, sizeof after.counters);
  std::memcpy(after.open, before.open, after.depth * sizeof after.open[0]);

  match_blocks(input.events, count, scratch);
  const FoldCounts counts = Counting(input, count, after, scratch).run();
  list_pairs(input.events, counts.highest, input.window < kWholeWindows ? kRingEvents : kMostPairsAtHighest, scratch);
  const size_t size = encode_window(input, before.begin_ticks, counts, scratch);
  return {scratch.output,
          size,
          counts.events,
          counts.calls_too_deep,
          counts.unmatched_call_ends,
          sum_of_blocks(counts, scratch)};
}

}  // namespace mallocop::trace
