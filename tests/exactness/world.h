// What a process under the shim has once, and what each of its threads has: an engine and its states.
//
// A test begins with a new world, so every rule is found again, by several threads at once where there are several.
#pragma once

#include <memory>

#include "preload/unwind/engine.h"
#include "tests/unit/preload/temporary_folder.h"

namespace mallocop::exactness {

struct World {
  World();
  preload::TemporaryFolder folder;
  preload::TraceWriter trace;
  preload::LiveFile live;
  preload::Functions functions;
  std::unique_ptr<preload::StackTable> stacks = std::make_unique<preload::StackTable>();
  preload::Modules modules;
  preload::Engine engine;
  uint64_t number;  // 1, 2, …
};

World& world();

// Only while no other thread walks.
void begin_new_world();

// The calling thread's state in this world. The first call of a thread allocates.
preload::CaptureState& capture_state();

}  // namespace mallocop::exactness
