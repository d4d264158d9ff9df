// A small trace with every kind of record, two threads, calls in parts, and frees across threads: what the tests of
// damage take apart, and the first golden trace.
#pragma once

#include "tests/unit/report/trace/trace_builder.h"

namespace mallocop::test {

inline TraceBuilder sample_trace() {
  const trace::StackNode nodes[] = {{0x1000, 0, 0, 0}, {0x1100, 2, 0, 0}, {0x1200, 2, 0, trace::kNodeTruncated}};
  ThreadEvents main_thread(1);
  ThreadEvents worker(2);

  main_thread.alloc(0x10000, 1000, 2).begin(1, 1100).pair(0x20000, 32, 3).end(1200).begin(1, 1300).alloc(0x30000, 8, 3);
  const Bytes main_1 = main_thread.fold(1400);
  worker.free(0x10000).begin(2, 1150).realloc(0x40000, 0x50000, uint64_t{5} << 32, 4).end(1450, 10);
  const Bytes worker_1 = worker.fold(1500);
  main_thread.free(0x30000).pair(0x20000, 64, 3).end(1600).alloc(0x60000, 16, 2);
  const Bytes main_2 = main_thread.fold(1700);

  TraceBuilder builder;
  builder.process({"./sample", "--all"})
      .module({0, 0x400000, 0x401000, 0x402000, "/usr/bin/sample", "\x01\x02\x03\x04"})
      .frames(trace::kFirstStack, nodes)
      .operation(1, "parse")
      .window(main_1)
      .operation(2, "send")
      .window(worker_1)
      .window(main_2)
      .loss({trace::LossReason::kEngineMissing, 0, "libunwind.so.8 not found"})
      .end(1700);
  return builder;
}

}  // namespace mallocop::test
