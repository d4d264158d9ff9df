#include "trace/fold_calls.h"

#include <algorithm>

namespace mallocop::trace {

CallCounting::CallCounting(FoldState& state, FoldScratch& scratch, FoldCounts& counts)
    : state_(state), s_(scratch), counts_(counts), open_(state, scratch) {
  s_.operations.clear();
  s_.calls.clear();
  s_.cells.clear();
  s_.entry_rows = s_.call_rows = s_.row_site_rows = s_.operation_rows = s_.cell_rows = 0;
}

void CallCounting::finish() {
  for (uint32_t place = 0; place < open_.places(); ++place)
    if (open_.is_open(place)) write_call(s_.live[place], place, false, 1);
  open_.save(state_);
}

void CallCounting::begin(const Event& event) {
  if (open_.next_place() == kNone) {
    ++counts_.calls_too_deep;
    return;
  }
  open_.open_mark(event.operation(), event.token(), event.ticks());
}

void CallCounting::end(const Event& event) {
  const uint64_t iterations = std::max<uint64_t>(iterations_, 1);
  const uint64_t others_allocations = others_allocations_;
  const uint64_t others_bytes = others_bytes_;
  iterations_ = 1;
  others_allocations_ = others_bytes_ = 0;
  const uint32_t place = open_.mark_with(event.token());
  if (place == kNone || operation_of(place) != event.operation()) {
    ++counts_.unmatched_call_ends;
    return;
  }
  // Calls opened inside it that have no end of their own were left by an exception or a longjmp.
  while (open_.mark() != place) close_mark(event.ticks(), 1);
  s_.live[place].allocations += others_allocations;
  s_.live[place].bytes += others_bytes;
  close_mark(event.ticks(), iterations);
}

void CallCounting::enter(const Event& event) {
  close_returned(event);
  const OperationId operation = event.operation();
  if (event.entry_repeats() != 0) empty_calls(operation, event.entry_repeats());
  if (open_.next_place() != kNone) {
    open_.open_function(operation, event.stack_pointer());
  } else {
    empty_calls(operation, 1);  // what it allocates is the innermost's that has a place
  }
}

uint32_t CallCounting::begin_and_end(const Event* events, uint32_t count) {
  const uint32_t row_index = operation_row(events->operation());
  OperationRow& row = s_.operation[row_index];
  if (row.empty_call_row == kNoRow || s_.call[row.empty_call_row].place != open_.next_place()) {
    first_empty_call(*events);
    return 1;
  }
  // In registers, since a loop of marks has thousands of these in a row.
  const uint64_t word = events->word;
  uint64_t smallest = row.smallest;
  uint64_t largest = row.largest;
  uint64_t total = 0;
  LatencyCell* cell = &s_.cell[row.last_cell];
  const Event* event = events;
  for (const Event* const end = events + count; event != end && event->word == word; ++event) {
    const uint64_t ticks = event->ticks();
    smallest = std::min(smallest, ticks);
    largest = std::max(largest, ticks);
    total += ticks;
    const uint32_t bucket = latency_bucket(ticks);
    if (cell->bucket != bucket) cell = &s_.cell[cell_of(row_index, bucket)];
    ++cell->calls;
  }
  const auto calls = static_cast<uint32_t>(event - events);
  row.smallest = smallest;
  row.largest = largest;
  row.total_ticks += total;
  row.calls += calls;
  row.last_cell = static_cast<uint32_t>(cell - s_.cell);
  s_.call[row.empty_call_row].repeat += calls;
  return calls;
}

void CallCounting::first_empty_call(const Event& event) {
  if (open_.next_place() == kNone) {
    ++counts_.calls_too_deep;
    ++counts_.unmatched_call_ends;
    return;
  }
  const uint32_t row_index = operation_row(event.operation());
  time_calls(row_index, event.ticks(), event.ticks(), 1);
  const uint32_t written = empty_calls(event.operation(), 1);
  if (!s_.call[written].ordered) s_.operation[row_index].empty_call_row = written;
}

uint32_t CallCounting::empty_calls(OperationId operation, uint64_t calls) {
  LiveCall call = {};
  call.call.operation = operation;
  call.entries = kNoRow;
  call.begins = true;
  // Nobody looks for another part of these, so any place will do where none is free. If the first is kept in order, all
  // are: they stand in one row.
  const uint32_t place = std::min<uint32_t>(open_.next_place(), kMaxOpenCalls - 1);
  return write_call(call, place, true, 1, calls);
}

void CallCounting::time_calls(uint32_t row_index, uint64_t each, uint64_t whole, uint64_t iterations) {
  OperationRow& row = s_.operation[row_index];
  row.smallest = std::min(row.smallest, each);
  row.largest = std::max(row.largest, each);
  row.calls += iterations;
  row.total_ticks += whole;
  const uint32_t bucket = latency_bucket(each);
  if (row.last_cell == kNoRow || s_.cell[row.last_cell].bucket != bucket) row.last_cell = cell_of(row_index, bucket);
  s_.cell[row.last_cell].calls += iterations;
}

void CallCounting::close_mark(uint64_t ticks, uint64_t iterations) {
  const uint32_t place = open_.mark();
  const OpenCall& call = s_.live[place].call;
  const uint64_t whole = ticks > call.begin ? ticks - call.begin : 0;
  // A division takes longer than all the rest.
  time_calls(operation_row(call.operation), iterations == 1 ? whole : whole / iterations, whole, iterations);
  write_call(s_.live[place], place, true, iterations);
  open_.close(place);
}

void CallCounting::close_returned(const Event& entry) {
  if (open_.function() == kNone) return;
  const bool known = entry.around() != Event::kUnknownAround;
  uint32_t same = known ? open_.functions_of(entry.operation()) : 0;
  uint32_t inner = kNone;
  for (uint32_t place = open_.function(), outer; place != kNone; place = outer) {
    outer = open_.around(place);
    const bool by_count = known && operation_of(place) == entry.operation();
    if (by_count ? same-- > entry.around() : inner == kNone && s_.live[place].call.begin <= entry.stack_pointer()) {
      write_call(s_.live[place], place, true, 1);
      open_.close_around(inner, place);
    } else {
      inner = place;
    }
  }
}

void CallCounting::close_returned(FunctionFrame frame) {
  const uint32_t alone = open_.alone(frame);
  if (alone == kNone) return;
  uint32_t place = open_.around(alone);
  open_.cut_off(alone);
  while (place != kNone) {
    const uint32_t next = open_.around(place);
    write_call(s_.live[place], place, true, 1);
    open_.close(place);
    place = next;
  }
}

uint32_t CallCounting::cell_of(uint32_t row_index, uint32_t bucket) {
  const size_t slot = s_.cells.find(spread((uint64_t{row_index} << 32) | bucket), [&](uint32_t cell) {
    return s_.cell[cell].operation_row == row_index && s_.cell[cell].bucket == bucket;
  });
  if (s_.cells.value(slot) == s_.cells.kNone) {
    OperationRow& row = s_.operation[row_index];
    s_.cell[s_.cell_rows] = {row_index, bucket, row.cells, 0};
    row.cells = s_.cell_rows;
    ++row.cell_count;
    s_.cells.set(slot, s_.cell_rows++);
  }
  return s_.cells.value(slot);
}

uint32_t CallCounting::write_call(const LiveCall& live, uint32_t place, bool ends, uint64_t iterations,
                                  uint64_t repeat) {
  CallRow row = {};
  row.operation = live.call.operation;
  row.place = place;
  row.begins = live.begins;
  row.ends = ends;
  row.repeat = repeat;
  row.iterations = iterations;
  row.allocations = live.allocations;
  row.bytes = live.bytes;
  row.frees = live.frees;
  row.temporary = live.temporary;
  row.peak = live.peak;
  row.net = live.level;
  row.blocks_before = s_.block_rows;
  row.first_site = s_.row_site_rows;
  row.site_count = gather_sites(live);

  OperationRow& operation = s_.operation[operation_row(row.operation)];
  row.ordered = operation.calls_before < kOrderedCalls;
  if (ends) count_calls(operation, repeat);

  if (row.begins && row.ends) {
    if (row.ordered) {
      if (operation.last_call_row != kNoRow && equal(s_.call[operation.last_call_row], row)) {
        s_.call[operation.last_call_row].repeat += repeat;
        return operation.last_call_row;
      }
    } else {
      const size_t slot = s_.calls.find(hash(row), [&](uint32_t other) { return equal(s_.call[other], row); });
      if (s_.calls.value(slot) != s_.calls.kNone) {
        s_.call[s_.calls.value(slot)].repeat += repeat;
        return s_.calls.value(slot);
      }
      s_.calls.set(slot, s_.call_rows);
    }
  }
  operation.last_call_row = s_.call_rows;
  s_.row_site_rows += row.site_count;
  s_.call[s_.call_rows] = row;
  return s_.call_rows++;
}

// The call's sites behind the last row's, in order of site, each once. Returns how many.
uint32_t CallCounting::gather_sites(const LiveCall& live) {
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

bool CallCounting::equal(const CallRow& a, const CallRow& b) const {
  return a.operation == b.operation && a.begins == b.begins && a.ends == b.ends && a.ordered == b.ordered &&
         a.place == b.place && a.iterations == b.iterations && a.allocations == b.allocations && a.bytes == b.bytes &&
         a.frees == b.frees && a.temporary == b.temporary && a.peak == b.peak && a.net == b.net &&
         a.site_count == b.site_count &&
         std::equal(s_.row_site + a.first_site, s_.row_site + a.first_site + a.site_count, s_.row_site + b.first_site);
}
uint64_t CallCounting::hash(const CallRow& row) const {
  uint64_t hash = spread(row.operation ^ (row.iterations << 24));
  for (const uint64_t value : {row.allocations, row.bytes, row.frees, row.peak}) hash = spread(hash ^ value);
  for (uint32_t site = 0; site < row.site_count; ++site)
    hash = spread(hash ^ s_.row_site[row.first_site + site].bytes ^
                  (uint64_t{s_.row_site[row.first_site + site].site} << 40));
  return hash;
}

uint32_t CallCounting::find_operation_row(OperationId operation) {
  const size_t slot =
      s_.operations.find(spread(operation), [&](uint32_t row) { return s_.operation[row].operation == operation; });
  if (s_.operations.value(slot) == s_.operations.kNone) {
    OperationRow& row = s_.operation[s_.operation_rows];
    row = {};
    row.operation = operation;
    row.last_call_row = kNoRow;
    row.cells = row.last_cell = row.empty_call_row = kNoRow;
    row.smallest = ~uint64_t{0};
    row.counter = counter_of(operation);
    row.calls_before = row.counter == kNoRow ? kOrderedCalls : state_.counters[row.counter].calls;
    s_.operations.set(slot, s_.operation_rows++);
  }
  return s_.operations.value(slot);
}

// The thread's counter of the operation; when all places are taken, its calls are not kept in order.
uint32_t CallCounting::counter_of(OperationId operation) {
  uint32_t place = operation % kCallCounters;
  for (size_t probe = 0; probe < kCallCounters; ++probe, place = (place + 1) % kCallCounters) {
    CallCounter& counter = state_.counters[place];
    if (counter.operation == kOutside) counter = {operation, 0};
    if (counter.operation == operation) return place;
  }
  return kNoRow;
}
void CallCounting::count_calls(OperationRow& row, uint64_t calls) {
  if (row.calls_before >= kOrderedCalls) return;
  row.calls_before = static_cast<uint32_t>(std::min<uint64_t>(row.calls_before + calls, kOrderedCalls));
  state_.counters[row.counter].calls = row.calls_before;
}

}  // namespace mallocop::trace
