// The table that the marks of include/mallocop/mallocop.h find: operations marked in the host's source.
#include "include/mallocop/abi.h"
#include "preload/operations.h"
#include "preload/recorder.h"
#include "preload/totals.h"
#include "preload/whole_process.h"

namespace mallocop::preload {
namespace {

uint32_t operation(const char* name) {
  if (!make_thread_ready()) return trace::kOutside;
  ThreadState& thread = *t_thread;
  const Busy busy(thread);
  return intern_operation(thread, name);
}

trace::OperationId operation_of_call(uint64_t call) { return static_cast<trace::OperationId>(call >> 32); }

uint64_t begin(uint32_t operation) {
  if (operation == trace::kOutside || operation >= trace::kMaxOperations || !make_thread_ready()) return 0;
  ThreadState& thread = *t_thread;
  if (is_whole_process(operation)) [[unlikely]]
    return begin_in_whole_process(thread, operation);
  const Busy busy(thread);
  return record_call_begin(thread, operation);
}

uint64_t begin_named(const char* name) {
  if (!make_thread_ready()) return 0;
  ThreadState& thread = *t_thread;
  trace::OperationId operation;
  {
    const Busy busy(thread);
    operation = intern_operation(thread, name);
    if (operation == trace::kOutside) return 0;
    if (!is_whole_process(operation)) [[likely]]
      return record_call_begin(thread, operation);
  }
  return begin_in_whole_process(thread, operation);
}

// `ticks` were read first: nothing of ours is the call's time.
[[gnu::always_inline]] inline void end_at(uint64_t ticks, uint64_t call, uint64_t iterations) {
  if (call == 0 || !make_thread_ready()) return;
  ThreadState& thread = *t_thread;
  if (is_whole_process(operation_of_call(call))) [[unlikely]]
    return end_in_whole_process(thread, call, iterations, ticks);
  const Busy busy(thread);
  record_call_end(thread, call, iterations, ticks);
}

void switch_to(uint64_t coroutine) { record_switch(coroutine); }

void end(uint64_t call) { end_at(read_ticks(), call, 1); }

void end_n(uint64_t call, uint64_t iterations) { end_at(read_ticks(), call, iterations == 0 ? 1 : iterations); }

}  // namespace
}  // namespace mallocop::preload

extern "C" [[gnu::visibility("default")]] const mallocop_api_v1 mallocop_api_v1_table = {
    .version = 1,
    .size = sizeof(mallocop_api_v1),
    .operation = mallocop::preload::operation,
    .begin = mallocop::preload::begin,
    .begin_named = mallocop::preload::begin_named,
    .end = mallocop::preload::end,
    .end_n = mallocop::preload::end_n,
    .thread_totals = mallocop::preload::thread_totals,
    .process_totals = mallocop::preload::process_totals,
    .switch_to = mallocop::preload::switch_to,
};
