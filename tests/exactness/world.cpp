#include "tests/exactness/world.h"

#include <gtest/gtest.h>
#include <pthread.h>

namespace mallocop::exactness {
namespace {

std::unique_ptr<World> g_world;

struct OwnState {
  std::unique_ptr<preload::CaptureState> state;
  uint64_t world = 0;
};
thread_local OwnState t_own;

uintptr_t end_of_own_stack() {
  pthread_attr_t attributes;
  void* low = nullptr;
  size_t size = 0;
  pthread_getattr_np(pthread_self(), &attributes);
  pthread_attr_getstack(&attributes, &low, &size);
  pthread_attr_destroy(&attributes);
  return reinterpret_cast<uintptr_t>(low) + size;
}

}  // namespace

World::World() {
  static uint64_t worlds = 0;
  number = ++worlds;
  EXPECT_EQ(trace.create(folder.file("t.mcop").c_str(), 1), 0);
  EXPECT_EQ(live.create(folder.file("t.mcop.live").c_str(), 1), 0);
  EXPECT_TRUE(stacks->start(live, functions));
  EXPECT_TRUE(modules.start(trace));
  engine.attach(*stacks, modules);
  EXPECT_TRUE(engine.start());
}

World& world() { return *g_world; }

void begin_new_world() {
  g_world.reset();
  g_world = std::make_unique<World>();
}

preload::CaptureState& capture_state() {
  if (t_own.world != g_world->number) {
    t_own.state = std::make_unique<preload::CaptureState>();
    t_own.state->start(end_of_own_stack());
    t_own.world = g_world->number;
  }
  return *t_own.state;
}

}  // namespace mallocop::exactness
