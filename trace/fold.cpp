// Pass 2 of the fold: counting per site and per call, and the list of blocks that outlive the window.
//
// Allocations belong to the innermost open call. A call's peak and net are about its own blocks only. Blocks with the
// stack kToolStack are matched and listed like others, but no level and no call counts them: the reader drops them.
#include "trace/fold.h"

#include <algorithm>

#include "trace/fold_scratch.h"

namespace mallocop::trace {
namespace {

class Counting {
 public:
  Counting(const FoldInput& input, uint32_t count, FoldState& state, FoldScratch& scratch)
      : events_(input.events), count_(count), state_(state), s_(scratch) {
    s_.sites.clear();
    s_.operations.clear();
    s_.calls.clear();
    s_.cells.clear();
    s_.site_rows = s_.entry_rows = s_.call_rows = s_.row_site_rows = s_.operation_rows = s_.cell_rows = s_.block_rows =
        0;
    latest_block_ = state.last_block;
    depth_ = std::min<uint32_t>(state.depth, kMaxOpenCalls);
    for (uint32_t level = 0; level < depth_; ++level) {
      s_.live[level] = LiveCall{};
      s_.live[level].call = state.open[level];
      s_.live[level].serial = ++serial_;
      s_.live[level].entries = kNoRow;
    }
  }

  FoldCounts run() {
    for (uint32_t index = 0; index < count_; ++index) step(index);
    for (uint32_t level = 0; level < depth_; ++level) {
      write_call(level, false, 1);
      state_.open[level] = s_.live[level].call;
    }
    state_.depth = depth_;
    state_.last_block = latest_block_;
    counts_.level_after = segment_peak_;
    return counts_;
  }

 private:
  void step(uint32_t index) {
    const Event& event = events_[index];
    switch (event.kind()) {
      case EventKind::kAlloc:
      case EventKind::kReallocAlloc:
        allocation(index, event);
        break;
      case EventKind::kFree:
      case EventKind::kReallocFree:
        release(index, event);
        break;
      case EventKind::kCallBegin:
        begin(event);
        break;
      case EventKind::kCallEnd:
        end(event);
        break;
      case EventKind::kIterations:
        iterations_ = event.value();
        return;
      case EventKind::kNone:
      case EventKind::kSizeHigh:
      default:
        return;
    }
    ++counts_.events;
  }

  void allocation(uint32_t index, const Event& event) {
    const uint64_t size = allocated_size(events_, index);
    const bool own = event.stack() == kToolStack;
    LiveCall* const call = depth_ > 0 && !own ? &s_.live[depth_ - 1] : nullptr;
    const uint32_t row_index = site_row(call != nullptr ? call->call.operation : kOutside, event.stack());
    SiteRow& row = s_.site[row_index];
    const bool freed = s_.partner[index] != 0;

    ++row.allocations;
    row.bytes += size;
    row.smallest = std::min(row.smallest, size);
    row.largest = std::max(row.largest, size);
    row.reallocations += event.kind() == EventKind::kReallocAlloc;
    row.freed += freed;
    row.freed_bytes += freed ? size : 0;

    s_.site_of[index] = static_cast<uint16_t>(row_index);
    s_.serial_of[index] = 0;
    if (call != nullptr) {
      s_.serial_of[index] = call->serial;
      s_.level_of[index] = static_cast<uint16_t>(depth_ - 1);
      ++call->allocations;
      call->bytes += size;
      call->level += size;
      call->peak = std::max(call->peak, call->level);
      CallEntry& entry = s_.entry[call_entry(*call, row, row_index)];
      ++entry.allocations;
      entry.bytes += size;
    }
    last_allocation_ = index;
    latest_block_ = freed ? 0 : event.address();

    if (freed) {
      if (!own) level_ += size;
      segment_peak_ = std::max(segment_peak_, level_);
    } else {
      list(BlockRow{0, row_index, event.alloc_stamp(), segment_peak_, event.address(), size});
    }
  }

  void release(uint32_t index, const Event& event) {
    ++counts_.frees;
    LiveCall* const call = depth_ > 0 ? &s_.live[depth_ - 1] : nullptr;
    const bool own = s_.partner[index] != 0 && events_[s_.partner[index] - 1U].stack() == kToolStack;
    if (call != nullptr && !own) ++call->frees;

    if (s_.partner[index] == 0) {
      const bool temporary = latest_block_ != 0 && latest_block_ == event.address();
      if (temporary) latest_block_ = 0;
      const OperationId operation = call != nullptr ? call->call.operation : kOutside;
      list(BlockRow{static_cast<uint8_t>(temporary ? 2 : 1), operation, event.free_stamp(), segment_peak_,
                    event.address(), 0});
      return;
    }

    const uint32_t allocated = s_.partner[index] - 1U;
    const bool temporary = allocated == last_allocation_;
    const uint64_t size = allocated_size(events_, allocated);
    s_.site[s_.site_of[allocated]].temporary += temporary;
    if (!own) level_ -= size;
    if (const uint32_t serial = s_.serial_of[allocated]; serial != 0) {
      LiveCall& owner = s_.live[s_.level_of[allocated]];
      if (s_.level_of[allocated] < depth_ && owner.serial == serial) {
        owner.level -= size;
        owner.temporary += temporary;
      }
    }
  }

  void begin(const Event& event) {
    if (depth_ == kMaxOpenCalls) {
      ++counts_.calls_too_deep;
      return;
    }
    LiveCall& call = s_.live[depth_++];
    call = LiveCall{};
    call.call = {event.operation(), event.token(), event.ticks()};
    call.serial = ++serial_;
    call.entries = kNoRow;
    call.begins = true;
  }

  void end(const Event& event) {
    const uint64_t iterations = std::max<uint64_t>(iterations_, 1);
    iterations_ = 1;
    uint32_t level = depth_;
    while (level > 0 && s_.live[level - 1].call.token != event.token()) --level;
    if (level == 0 || s_.live[level - 1].call.operation != event.operation()) {
      ++counts_.unmatched_call_ends;
      return;
    }
    // Calls opened inside it that have no end of their own were left by an exception or a longjmp.
    while (depth_ > level) close(event.ticks(), 1);
    close(event.ticks(), iterations);
  }

  void close(uint64_t ticks, uint64_t iterations) {
    --depth_;
    time_call(s_.live[depth_].call, ticks, iterations);
    write_call(depth_, true, iterations);
  }

  void time_call(const OpenCall& call, uint64_t ticks, uint64_t iterations) {
    const uint32_t row_index = operation_row(call.operation);
    OperationRow& row = s_.operation[row_index];
    const uint64_t whole = ticks > call.begin_ticks ? ticks - call.begin_ticks : 0;
    const uint64_t each = whole / iterations;
    row.smallest = row.calls == 0 ? each : std::min(row.smallest, each);
    row.largest = std::max(row.largest, each);
    row.calls += iterations;
    row.total_ticks += whole;

    const uint32_t bucket = latency_bucket(each);
    const size_t slot = s_.cells.find(spread((uint64_t{row_index} << 32) | bucket), [&](uint32_t cell) {
      return s_.cell[cell].operation_row == row_index && s_.cell[cell].bucket == bucket;
    });
    if (s_.cells.value(slot) == s_.cells.kNone) {
      s_.cell[s_.cell_rows] = {row_index, bucket, row.cells, 0};
      row.cells = s_.cell_rows;
      ++row.cell_count;
      s_.cells.set(slot, s_.cell_rows++);
    }
    s_.cell[s_.cells.value(slot)].calls += iterations;
  }

  // The call at `level` becomes a row, or one more of a row that is equal.
  void write_call(uint32_t level, bool ends, uint64_t iterations) {
    const LiveCall& live = s_.live[level];
    CallRow row = {};
    row.operation = live.call.operation;
    row.level = level;
    row.begins = live.begins;
    row.ends = ends;
    row.repeat = 1;
    row.iterations = iterations;
    row.allocations = live.allocations;
    row.bytes = live.bytes;
    row.frees = live.frees;
    row.temporary = live.temporary;
    row.peak = live.peak;
    row.net = live.level;
    row.first_site = s_.row_site_rows;
    row.site_count = gather_sites(live);

    OperationRow& operation = s_.operation[operation_row(row.operation)];
    row.ordered = operation.calls_before < kOrderedCalls;
    if (ends) count_call(operation);

    if (row.begins && row.ends) {
      if (row.ordered) {
        if (operation.last_call_row != kNoRow && equal(s_.call[operation.last_call_row], row)) {
          ++s_.call[operation.last_call_row].repeat;
          return;
        }
      } else {
        const size_t slot = s_.calls.find(hash(row), [&](uint32_t other) { return equal(s_.call[other], row); });
        if (s_.calls.value(slot) != s_.calls.kNone) {
          ++s_.call[s_.calls.value(slot)].repeat;
          return;
        }
        s_.calls.set(slot, s_.call_rows);
      }
    }
    operation.last_call_row = s_.call_rows;
    s_.row_site_rows += row.site_count;
    s_.call[s_.call_rows++] = row;
  }

  // The call's sites behind the last row's, in order of site, each once. Returns how many.
  uint32_t gather_sites(const LiveCall& live) {
    RowSite* const first = s_.row_site + s_.row_site_rows;
    RowSite* last = first;
    for (uint32_t entry = live.entries; entry != kNoRow; entry = s_.entry[entry].next)
      *last++ = {s_.entry[entry].site, s_.entry[entry].allocations, s_.entry[entry].bytes};
    if (last - first > 1) {
      std::sort(first, last, [](const RowSite& a, const RowSite& b) { return a.site < b.site; });
      // A call that was interrupted by another of its operation (recursion) may have two entries for a site.
      RowSite* kept = first;
      for (RowSite* next = first + 1; next != last; ++next) {
        if (next->site == kept->site) {
          kept->allocations += next->allocations;
          kept->bytes += next->bytes;
        } else {
          *++kept = *next;
        }
      }
      last = kept + 1;
    }
    return static_cast<uint32_t>(last - first);
  }

  bool equal(const CallRow& a, const CallRow& b) const {
    return a.operation == b.operation && a.begins == b.begins && a.ends == b.ends && a.ordered == b.ordered &&
           a.level == b.level && a.iterations == b.iterations && a.allocations == b.allocations && a.bytes == b.bytes &&
           a.frees == b.frees && a.temporary == b.temporary && a.peak == b.peak && a.net == b.net &&
           a.site_count == b.site_count &&
           std::equal(s_.row_site + a.first_site, s_.row_site + a.first_site + a.site_count,
                      s_.row_site + b.first_site);
  }
  uint64_t hash(const CallRow& row) const {
    uint64_t hash = spread(row.operation ^ (row.iterations << 24));
    for (const uint64_t value : {row.allocations, row.bytes, row.frees, row.peak}) hash = spread(hash ^ value);
    for (uint32_t site = 0; site < row.site_count; ++site)
      hash = spread(hash ^ s_.row_site[row.first_site + site].bytes ^
                    (uint64_t{s_.row_site[row.first_site + site].site} << 40));
    return hash;
  }

  uint32_t site_row(OperationId operation, StackId stack) {
    if (s_.site_rows != 0 && s_.site[last_site_].stack == stack && s_.site[last_site_].operation == operation)
      return last_site_;
    const size_t slot = s_.sites.find(spread((uint64_t{operation} << 32) | stack), [&](uint32_t row) {
      return s_.site[row].stack == stack && s_.site[row].operation == operation;
    });
    if (s_.sites.value(slot) == s_.sites.kNone) {
      SiteRow& row = s_.site[s_.site_rows];
      row = {};
      row.operation = operation;
      row.stack = stack;
      row.smallest = ~uint64_t{0};
      s_.sites.set(slot, s_.site_rows++);
    }
    return last_site_ = s_.sites.value(slot);
  }

  uint32_t call_entry(LiveCall& call, SiteRow& row, uint32_t row_index) {
    if (row.last_call != call.serial) {
      s_.entry[s_.entry_rows] = {row_index, call.entries, 0, 0};
      call.entries = s_.entry_rows;
      row.last_call = call.serial;
      row.last_entry = s_.entry_rows++;
    }
    return row.last_entry;
  }

  uint32_t operation_row(OperationId operation) {
    const size_t slot =
        s_.operations.find(spread(operation), [&](uint32_t row) { return s_.operation[row].operation == operation; });
    if (s_.operations.value(slot) == s_.operations.kNone) {
      OperationRow& row = s_.operation[s_.operation_rows];
      row = {};
      row.operation = operation;
      row.last_call_row = kNoRow;
      row.cells = kNoRow;
      row.counter = counter_of(operation);
      row.calls_before = row.counter == kNoRow ? kOrderedCalls : state_.counters[row.counter].calls;
      s_.operations.set(slot, s_.operation_rows++);
    }
    return s_.operations.value(slot);
  }

  // The thread's counter of the operation; when all places are taken, its calls are not kept in order.
  uint32_t counter_of(OperationId operation) {
    uint32_t place = operation % kCallCounters;
    for (size_t probe = 0; probe < kCallCounters; ++probe, place = (place + 1) % kCallCounters) {
      CallCounter& counter = state_.counters[place];
      if (counter.operation == kOutside) counter = {operation, 0};
      if (counter.operation == operation) return place;
    }
    return kNoRow;
  }
  void count_call(OperationRow& row) {
    if (row.calls_before >= kOrderedCalls) return;
    state_.counters[row.counter].calls = ++row.calls_before;
  }

  void list(const BlockRow& block) {
    s_.block[s_.block_rows++] = block;
    segment_peak_ = level_;
  }

  const Event* events_;
  uint32_t count_;
  FoldState& state_;
  FoldScratch& s_;
  FoldCounts counts_;
  uint32_t depth_ = 0;
  uint32_t serial_ = 0;
  uint32_t last_site_ = 0;
  uint32_t last_allocation_ = kNoRow;
  uint64_t latest_block_ = 0;  // the thread's latest allocation, if it is listed and its free has not been seen
  uint64_t iterations_ = 1;
  uint64_t level_ = 0;         // bytes that blocks freed inside the window hold now
  uint64_t segment_peak_ = 0;  // the most of it since the last listed block
};

}  // namespace

size_t fold_scratch_size() { return sizeof(FoldScratch); }
size_t fold_scratch_alignment() { return alignof(FoldScratch); }
FoldScratch* init_fold_scratch(void* zeroed_memory) { return static_cast<FoldScratch*>(zeroed_memory); }

FoldOutput fold(const FoldInput& input, const FoldState& before, FoldState& after, FoldScratch& scratch) {
  const uint32_t count = std::min<uint32_t>(input.count, kRingEvents);
  after.depth = std::min<uint32_t>(before.depth, kMaxOpenCalls);
  after.last_block = before.last_block;
  after.begin_ticks = input.end_ticks;
  std::memcpy(after.counters, before.counters, sizeof after.counters);
  std::memcpy(after.open, before.open, after.depth * sizeof after.open[0]);

  match_blocks(input.events, count, scratch);
  const FoldCounts counts = Counting(input, count, after, scratch).run();
  const size_t size = encode_window(input, before.begin_ticks, counts, scratch);
  return {scratch.output, size, counts.events, counts.calls_too_deep, counts.unmatched_call_ends};
}

}  // namespace mallocop::trace
