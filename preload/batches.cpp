#include "preload/batches.h"

#include "preload/operations.h"
#include "preload/process.h"
#include "preload/recorder.h"
#include "preload/text.h"
#include "trace/records.h"

namespace mallocop::preload {
namespace {

using trace::OperationSource;
using trace::PlanAction;

// The first members of benchmark::State, from version 1.5 to 1.9 at least. The reporter compares the iterations with
// those that the program itself reports.
struct State {
  int64_t total_iterations;
  int64_t batch_leftover;  // iterations of the last batch of KeepRunningBatch() beyond the most
  int64_t max_iterations;
};

using Function = void (*)(State*);
Function g_original[static_cast<size_t>(PlanAction::kBatchResume) + 1];
std::atomic<uint32_t> g_batches{0};

void original(PlanAction action, State* state) { g_original[static_cast<size_t>(action)](state); }

trace::OperationId next_operation() {
  char name[32];
  Text text(name, sizeof name);
  text.add("batch ");
  text.add_number(g_batches.fetch_add(1, std::memory_order_relaxed) + 1);
  return add_operation(name, OperationSource::kGoogleBenchmark);
}

void end_pause(ThreadState& thread) {
  if (thread.batch.pause != 0) record_call_end(thread, thread.batch.pause, 1, read_ticks());
  thread.batch.pause = 0;
}

void begin(State* state) {
  const auto caller = reinterpret_cast<uintptr_t>(__builtin_return_address(0));
  original(PlanAction::kBatchBegin, state);
  if (!make_thread_ready()) return;
  ThreadState& thread = *t_thread;
  const Busy busy(thread);
  // One that was left without an end: the benchmark skipped the rest. Nobody reports it.
  if (thread.batch.call != 0) record_call_end(thread, thread.batch.call, 1, read_ticks());
  thread.batch = {};
  const trace::OperationId operation = next_operation();
  if (operation == trace::kOutside) return;
  thread.batch = {state, record_call_begin(thread, operation), 0, read_ticks(), caller};
}

void end(State* state) {
  const uint64_t ticks = read_ticks();
  if (t_thread->batch.call != 0 && t_thread->batch.state == state && make_thread_ready()) {
    ThreadState& thread = *t_thread;
    const Busy busy(thread);
    end_pause(thread);
    const auto iterations = static_cast<uint64_t>(state->max_iterations + state->batch_leftover);
    const Batch batch = thread.batch;
    thread.batch = {};
    uint8_t payload[80];
    trace::ByteWriter out(payload, sizeof payload);
    trace::encode_batch(out, {.operation = static_cast<trace::OperationId>(batch.call >> 32),
                              .thread_ordinal = thread.ordinal,
                              .iterations = iterations,
                              .begin_ticks = batch.begin_ticks,
                              .end_ticks = ticks,
                              .caller = batch.caller});
    g_process.trace.append(trace::RecordType::kBatch, payload, out.size());
    record_call_end(thread, batch.call, iterations == 0 ? 1 : iterations, ticks);
  }
  original(PlanAction::kBatchEnd, state);
}

void pause(State* state) {
  if (t_thread->batch.call != 0 && t_thread->batch.pause == 0 && make_thread_ready()) {
    ThreadState& thread = *t_thread;
    const Busy busy(thread);
    static std::atomic<trace::OperationId> paused{trace::kOutside};
    trace::OperationId operation = paused.load(std::memory_order_relaxed);
    if (operation == trace::kOutside) {
      operation = operation_of("(paused)", OperationSource::kGoogleBenchmark);
      paused.store(operation, std::memory_order_relaxed);
    }
    if (operation != trace::kOutside) thread.batch.pause = record_call_begin(thread, operation);
  }
  original(PlanAction::kBatchPause, state);
}

void resume(State* state) {
  original(PlanAction::kBatchResume, state);
  if (t_thread->batch.pause == 0 || !make_thread_ready()) return;
  const Busy busy(*t_thread);
  end_pause(*t_thread);
}

}  // namespace

const void* stand_in_for(PlanAction action) {
  switch (action) {
    case PlanAction::kBatchBegin:
      return reinterpret_cast<const void*>(&begin);
    case PlanAction::kBatchEnd:
      return reinterpret_cast<const void*>(&end);
    case PlanAction::kBatchPause:
      return reinterpret_cast<const void*>(&pause);
    case PlanAction::kBatchResume:
      return reinterpret_cast<const void*>(&resume);
    case PlanAction::kCountEntry:
    case PlanAction::kWholeProcess:
      break;
  }
  return nullptr;
}

void set_original(PlanAction action, const void* original) {
  if (stand_in_for(action) == nullptr) return;
  g_original[static_cast<size_t>(action)] = reinterpret_cast<Function>(const_cast<void*>(original));
}

}  // namespace mallocop::preload
