// What stack capture keeps for each thread. Zero-filled memory becomes one by start().
#pragma once

#include "preload/unwind/last_stack.h"
#include "preload/unwind/oracle.h"
#include "preload/unwind/read_set_cache.h"
#include "preload/unwind/stack_reader.h"
#include "preload/unwind/walk.h"

namespace mallocop::preload {

struct CaptureState {
  StackBounds bounds;
  ReadSetCache read_sets;
  LastStack last;
  Walk walk;
  OracleStack oracle_stack;

  // Another thread takes over, with another stack that ends at `stack_high` (0: not known).
  void start(uintptr_t stack_high) {
    bounds = {stack_high, stack_high};
    read_sets.start();
    last.forget();
  }
};

}  // namespace mallocop::preload
