// The part of the fold that counts for each call of an operation: what it allocated where, how long it took.
//
// Allocations belong to the innermost open call. A call's peak and net are about its own blocks only.
#pragma once

#include <cstdint>

#include "trace/fold_scratch.h"

namespace mallocop::trace {

class CallCounting {
 public:
  // Reads the calls that were open before the window from `state`, and leaves there those that are open after it.
  CallCounting(FoldState& state, FoldScratch& scratch, FoldCounts& counts);
  void finish();

  void begin(const Event& event);
  void end(const Event& event);
  // Calls with no event in between, the same as begin() and end(). Takes the first event, and those right after it that
  // are of the same operation and need no row of their own. Returns how many.
  uint32_t begin_and_end(const Event* events, uint32_t count);
  void set_iterations(uint64_t iterations) { iterations_ = iterations; }

  bool is_open() const { return depth_ > 0; }
  // The innermost call; only while one is open.
  OperationId operation() const { return s_.live[depth_ - 1].call.operation; }
  uint32_t token() const { return s_.live[depth_ - 1].call.token; }

  // The event at `index` allocated `size` bytes at a site.
  void allocated(uint32_t index, SiteRow& row, uint32_t row_index, uint64_t size) {
    LiveCall& call = s_.live[depth_ - 1];
    s_.serial_of[index] = call.serial;
    s_.level_of[index] = static_cast<uint16_t>(depth_ - 1);
    call.level += size;
    if (call.level > call.peak) call.peak = call.level;
    count(call, row, row_index, 1, size);
  }
  // And freed it in the next event, so many times.
  void paired(SiteRow& row, uint32_t row_index, uint64_t pairs, uint64_t size) {
    LiveCall& call = s_.live[depth_ - 1];
    if (call.level + size > call.peak) call.peak = call.level + size;
    call.frees += pairs;
    call.temporary += pairs;
    count(call, row, row_index, pairs, size);
  }
  // The innermost call freed a block.
  void freed() { ++s_.live[depth_ - 1].frees; }
  // The block that was allocated by the event at `allocation` was freed, by whatever call.
  void released(uint32_t allocation, uint64_t size, bool temporary) {
    const uint32_t level = s_.level_of[allocation];
    LiveCall& owner = s_.live[level];
    if (level >= depth_ || owner.serial != s_.serial_of[allocation]) return;
    owner.level -= size;
    owner.temporary += temporary;
  }
  // The block that the call with this token allocated last, in this window or the one before, was freed.
  void freed_at_once(uint32_t token) {
    for (uint32_t level = depth_; token != 0 && level-- > 0;)
      if (s_.live[level].call.token == token) ++s_.live[level].temporary;
  }

 private:
  void count(LiveCall& call, SiteRow& row, uint32_t row_index, uint64_t allocations, uint64_t size) {
    call.allocations += allocations;
    call.bytes += allocations * size;
    CallEntry& entry = s_.entry[entry_of(call, row, row_index)];
    entry.allocations += allocations;
    entry.bytes += allocations * size;
  }
  uint32_t entry_of(LiveCall& call, SiteRow& row, uint32_t row_index) {
    if (row.last_call != call.serial) {
      s_.entry[s_.entry_rows] = {row_index, call.entries, 0, 0};
      call.entries = s_.entry_rows;
      row.last_call = call.serial;
      row.last_entry = s_.entry_rows++;
    }
    return row.last_entry;
  }

  // `iterations` of an operation took `each`, together `whole`, in ticks.
  void time_calls(uint32_t row_index, uint64_t each, uint64_t whole, uint64_t iterations);
  uint32_t operation_row(OperationId operation) {
    if (last_operation_ >= s_.operation_rows || s_.operation[last_operation_].operation != operation)
      last_operation_ = find_operation_row(operation);
    return last_operation_;
  }

  void close(uint64_t ticks, uint64_t iterations);
  void first_empty_call(const Event& event);
  uint32_t cell_of(uint32_t row_index, uint32_t bucket);
  uint32_t write_call(uint32_t level, bool ends, uint64_t iterations);
  uint32_t gather_sites(const LiveCall& live);
  bool equal(const CallRow& a, const CallRow& b) const;
  uint64_t hash(const CallRow& row) const;
  uint32_t find_operation_row(OperationId operation);
  uint32_t counter_of(OperationId operation);
  void count_call(OperationRow& row);

  FoldState& state_;
  FoldScratch& s_;
  FoldCounts& counts_;
  uint32_t depth_ = 0;
  uint32_t serial_ = 0;
  uint32_t last_operation_ = 0;
  uint64_t iterations_ = 1;
};

}  // namespace mallocop::trace
