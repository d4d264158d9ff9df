// The life of the shim in a process: its states, and what all threads share.
//
//   kEarly ──constructor──► kRunning ──last exit handler──► kEnded
//      │                        └──trace cannot grow──► kOff
//      └──not to be traced, or the trace cannot be made──► kOff
//
// kEarly: the dynamic linker, IFUNC resolvers and constructors that come before ours may allocate; their events wait
// in a small table. kEnded and kOff: hooks forward and do nothing else. A forked child is recognised by its guard
// page, which the kernel zeroes in it, and behaves as in kOff whatever the state says.
#pragma once

#include <atomic>
#include <cstdint>

#include "preload/functions.h"
#include "preload/live_file.h"
#include "preload/modules.h"
#include "preload/stack_table.h"
#include "preload/trace_writer.h"
#include "preload/unwind/engine.h"

namespace mallocop::preload {

enum class ProcessState : uint32_t { kEarly, kRunning, kEnded, kOff };

struct Process {
  std::atomic<ProcessState> state{ProcessState::kEarly};
  uint32_t process_id = 0;
  uint64_t session = 0;
  std::atomic<uint32_t>* guard = nullptr;  // 1 in the process that was started; wiped in a forked child
  TraceWriter trace;
  LiveFile live;
  Functions functions;
  StackTable stacks;
  Modules modules;
  Engine engine;

  std::atomic<uint64_t> windows{0};  // written to the trace
  std::atomic<uint64_t> events{0};   // in them

  bool is_running() const {
    return state.load(std::memory_order_acquire) == ProcessState::kRunning &&
           guard->load(std::memory_order_relaxed) == 1;
  }
};
extern Process g_process;

// Counts events that could not be recorded; the ledger shows them.
void count_dropped(uint64_t events);

// The trace cannot grow: stops recording for good and lets the host run.
void stop_recording(int error);

}  // namespace mallocop::preload
