#include "preload/whole_process.h"

#include <algorithm>

#include "preload/recorder.h"
#include "preload/totals.h"

namespace mallocop::preload {
namespace {

constexpr uint32_t kMaxOperations = 64;
trace::OperationId g_operations[kMaxOperations];

// What all other threads allocated so far.
mallocop_totals others() {
  mallocop_totals process{};
  mallocop_totals own{};
  process_totals(&process);
  thread_totals(&own);
  return {process.allocations - own.allocations, process.bytes - own.bytes, 0};
}

}  // namespace

uint32_t g_whole_process_count = 0;

bool add_whole_process(trace::OperationId operation) {
  if (g_whole_process_count == kMaxOperations) return false;
  g_operations[g_whole_process_count++] = operation;
  return true;
}

trace::OperationId whole_process_operation(uint32_t index) {
  return index < g_whole_process_count ? g_operations[index] : trace::kOutside;
}

bool is_whole_process_slow(trace::OperationId operation) {
  trace::OperationId* const end = g_operations + g_whole_process_count;
  return std::find(g_operations, end, operation) != end;
}

// A call that was left without an end keeps its place until another needs it.
uint64_t begin_in_whole_process(ThreadState& thread, trace::OperationId operation) {
  const mallocop_totals before = others();
  const Busy busy(thread);
  const uint64_t call = record_call_begin(thread, operation);
  thread.fan_outs[thread.fan_outs_begun++ % kMaxFanOuts] = {call, before.allocations, before.bytes};
  return call;
}

void end_in_whole_process(ThreadState& thread, uint64_t call, uint64_t iterations, uint64_t ticks) {
  const mallocop_totals after = others();
  const Busy busy(thread);
  FanOut* const end = thread.fan_outs + kMaxFanOuts;
  FanOut* const begun = std::find_if(thread.fan_outs, end, [call](const FanOut& one) { return one.call == call; });
  if (begun == end) {
    count_dropped(1);  // too many were open at once: what the others did for this one is not known
  } else {
    push(thread, trace::Event::make(trace::EventKind::kOthers, after.allocations - begun->allocations,
                                    after.bytes - begun->bytes));
    *begun = {};
  }
  record_call_end(thread, call, iterations, ticks);
}

}  // namespace mallocop::preload
