// The part of the fold that counts for each call of an operation: what it allocated where, how long it took.
//
// Allocations belong to the innermost open call (trace/open_calls.h). A call's peak and net are about its own blocks
// only.
#pragma once

#include <cstdint>

#include "trace/fold_scratch.h"
#include "trace/open_calls.h"

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
  // A function was entered, as often as the event says; the last of these calls is open now.
  void enter(const Event& event);
  void switch_to(uint64_t coroutine) { open_.switch_to(coroutine); }
  void set_iterations(uint64_t iterations) { iterations_ = iterations; }
  // What other threads allocated for the call that ends next. No honest number is larger than these.
  void set_others(uint64_t allocations, uint64_t bytes) {
    others_allocations_ = allocations & 0xff'ffff'ffff;
    others_bytes_ = bytes & Event::kAddressMask;
  }

  // The call that an allocation belongs to whose stack has these frames, and its operation; kNone: no call.
  uint32_t owner(FunctionFrame frame) {
    if (frame.operation != kOutside) close_returned(frame);
    return open_.owner(frame);
  }
  OperationId operation_of(uint32_t place) const { return s_.live[place].call.operation; }
  uint32_t serial_of(uint32_t place) const { return s_.live[place].call.serial; }
  bool began_before(uint32_t place) const { return !s_.live[place].begins; }
  // The innermost call of a mark; kNone: none is open.
  uint32_t mark() const { return open_.mark(); }

  // The event at `index` allocated `size` bytes at a site, in the call at `place`.
  void allocated(uint32_t place, uint32_t index, SiteRow& row, uint32_t row_index, uint64_t size) {
    LiveCall& call = s_.live[place];
    s_.serial_of[index] = call.call.serial;
    s_.place_of[index] = static_cast<uint16_t>(place);
    call.level += size;
    if (call.level > call.peak) call.peak = call.level;
    count(call, row, row_index, 1, size);
  }
  // And freed it in the next event, so many times.
  void paired(uint32_t place, SiteRow& row, uint32_t row_index, uint64_t pairs, uint64_t size) {
    LiveCall& call = s_.live[place];
    if (call.level + size > call.peak) call.peak = call.level + size;
    call.frees += pairs;
    call.temporary += pairs;
    count(call, row, row_index, pairs, size);
  }
  // A block was freed. Frees have no stack: they are those of marks.
  void freed() {
    if (open_.mark() != kNone) ++s_.live[open_.mark()].frees;
  }
  // The block that was allocated by the event at `allocation` was freed, by whatever call.
  void released(uint32_t allocation, uint64_t size, bool temporary) {
    if (s_.serial_of[allocation] == 0) return;
    LiveCall& owner = s_.live[s_.place_of[allocation]];
    if (owner.call.serial != s_.serial_of[allocation]) return;
    owner.level -= size;
    owner.temporary += temporary;
  }
  // The block that the call with this serial allocated last, in this window or the one before, was freed.
  void freed_at_once(uint32_t serial) {
    for (uint32_t place = 0; serial != 0 && place < open_.places(); ++place)
      if (s_.live[place].call.serial == serial) ++s_.live[place].temporary;
  }

  static constexpr uint32_t kNone = OpenCalls::kNone;

 private:
  void count(LiveCall& call, SiteRow& row, uint32_t row_index, uint64_t allocations, uint64_t size) {
    call.allocations += allocations;
    call.bytes += allocations * size;
    CallEntry& entry = s_.entry[entry_of(call, row, row_index)];
    entry.allocations += allocations;
    entry.bytes += allocations * size;
  }
  uint32_t entry_of(LiveCall& call, SiteRow& row, uint32_t row_index) {
    if (row.last_call != call.call.serial) {
      s_.entry[s_.entry_rows] = {row_index, call.entries, 0, 0};
      call.entries = s_.entry_rows;
      row.last_call = call.call.serial;
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

  void close_mark(uint64_t ticks, uint64_t iterations);
  // Calls of functions that an entry proves to have returned, or a stack with these frames.
  void close_returned(const Event& entry);
  void close_returned(FunctionFrame frame);
  void first_empty_call(const Event& event);
  // So many calls of an operation, one after the other, without any event. Returns the row of the last.
  uint32_t empty_calls(OperationId operation, uint64_t calls);
  uint32_t cell_of(uint32_t row_index, uint32_t bucket);
  // The call becomes `repeat` equal rows, or so many more of a row that is equal. Returns which.
  uint32_t write_call(const LiveCall& live, uint32_t place, bool ends, uint64_t iterations, uint64_t repeat = 1);
  uint32_t gather_sites(const LiveCall& live);
  bool equal(const CallRow& a, const CallRow& b) const;
  uint64_t hash(const CallRow& row) const;
  uint32_t find_operation_row(OperationId operation);
  uint32_t counter_of(OperationId operation);
  void count_calls(OperationRow& row, uint64_t calls);

  FoldState& state_;
  FoldScratch& s_;
  FoldCounts& counts_;
  OpenCalls open_;
  uint32_t last_operation_ = 0;
  uint64_t iterations_ = 1;
  uint64_t others_allocations_ = 0;
  uint64_t others_bytes_ = 0;
};

}  // namespace mallocop::trace
