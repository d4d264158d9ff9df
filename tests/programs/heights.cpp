// Functions that are called at random heights of the stack, from random places and by each other, and left by return,
// by an exception or by longjmp. Each call counts what it allocates; at the end, for each function, how many calls
// allocated 0, 1, 2 … blocks: NAME CALLS CALLS …
//   heights SEED THREADS [signals] [coroutines]
//     signals     handlers on an alternate stack call them too
//     coroutines  each thread runs two, on stacks of their own, which take turns in the middle of calls
#include <alloca.h>
#include <ucontext.h>

#include <csetjmp>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <thread>
#include <vector>

#include "mallocop/mallocop.hpp"

namespace {

constexpr uint32_t kMostCalls = 300;  // of a thread
constexpr uint32_t kMostThreads = 8;
constexpr uint32_t kMostAllocations = 64;  // of a call
constexpr int kDeepest = 8;
constexpr size_t kStack = 256U << 10;
constexpr const char* kNames[] = {"first", "second", "third"};

struct Call {
  uint32_t function;
  uint32_t allocations;
};

// What runs on one stack.
struct Coroutine {
  ucontext_t context;
  std::jmp_buf* way_out;
  bool done;
};

struct World {
  uint64_t random;
  uint32_t calls;
  Call call[kMostCalls];
  bool in_handler;
  Coroutine* running;
  Coroutine* other;  // null: there is one only
  Coroutine coroutines[2];
  char alternate_stack[kStack];
  char stacks[2][kStack];
  ucontext_t begin;
};
World g_worlds[kMostThreads];
thread_local World* t_world;
bool g_signals;
bool g_coroutines;

uint32_t draw(uint32_t below) {
  uint64_t& random = t_world->random;
  random = random * 6364136223846793005 + 1442695040888963407;
  return static_cast<uint32_t>(random >> 33) % below;
}

bool are_calls_left() { return t_world->calls < kMostCalls; }

[[gnu::noinline]] void allocate(Call& call) {
  void* volatile block = std::malloc(8);  // volatile: the compiler must not leave the pair out
  std::free(block);
  ++call.allocations;
}

[[gnu::noinline]] void take_turns() {
  World& world = *t_world;
  Coroutine& here = *world.running;
  if (world.other == nullptr || world.other->done || world.in_handler) return;
  world.running = world.other;
  world.other = &here;
  mallocop_switch_to(world.running == world.coroutines ? 1 : 2);
  swapcontext(&here.context, &world.running->context);
}

void act(int depth);

[[gnu::always_inline]] inline void work_as(uint32_t function, int depth) {
  World& world = *t_world;
  Call& call = world.call[world.calls++];
  call.function = function;
  for (uint32_t count = draw(3); count > 0; --count) allocate(call);
  for (uint32_t count = draw(4); count > 0; --count) {
    act(depth - 1);
    if (draw(2) == 0 && call.allocations < kMostAllocations - 4) allocate(call);
  }
  if (draw(4) == 0) take_turns();
  if (g_signals && draw(8) == 0 && !world.in_handler) std::raise(SIGUSR1);
  if (draw(16) == 0) {
    ++call.allocations;  // of the exception
    throw 1;
  }
  if (draw(16) == 0 && world.running->way_out != nullptr) std::longjmp(*world.running->way_out, 1);
  if (draw(2) == 0) allocate(call);
}

}  // namespace

// The barriers keep the calls above them from becoming jumps.
namespace work {
[[gnu::noinline]] void first(int depth) {
  work_as(0, depth);
  asm volatile("" : : : "memory");
}
[[gnu::noinline]] void second(int depth) {
  work_as(1, depth);
  asm volatile("" : : : "memory");
}
[[gnu::noinline]] void third(int depth) {
  work_as(2, depth);
  asm volatile("" : : : "memory");
}
}  // namespace work

namespace {

// Memory that nobody writes to: what an earlier call left there stays.
[[gnu::noinline]] void descend(uint32_t bytes, int depth) {
  void* const below = alloca(bytes);
  asm volatile("" : : "r"(below) : "memory");
  act(depth);
  asm volatile("" : : "r"(below) : "memory");
}

[[gnu::noinline]] void catch_all(int depth) {
  std::jmp_buf* const way_out = t_world->running->way_out;
  try {
    act(depth);
  } catch (int) {
    t_world->running->way_out = way_out;
  }
}

[[gnu::noinline]] void land(int depth) {
  std::jmp_buf here;
  std::jmp_buf* const outer = t_world->running->way_out;
  t_world->running->way_out = &here;
  if (setjmp(here) == 0) act(depth);
  t_world->running->way_out = outer;
}

[[gnu::noinline]] void act(int depth) {
  using Work = void (*)(int);
  static constexpr Work volatile kAll[] = {work::first, work::second, work::third};
  if (depth <= 0 || !are_calls_left()) return;
  switch (draw(9)) {
    case 0:
    case 1:
      descend(16 * draw(40), depth);
      break;
    case 2:
      catch_all(depth);
      break;
    case 3:
      land(depth);
      break;
    case 4:
      work::first(depth);
      break;
    case 5:
      for (uint32_t count = draw(5); count > 0 && are_calls_left(); --count) work::first(0);
      break;
    case 6:
      work::second(depth);
      break;
    default:
      kAll[draw(3)](depth);
      break;
  }
  asm volatile("" : : : "memory");
}

void on_signal(int) {
  World& world = *t_world;
  std::jmp_buf* const way_out = world.running->way_out;
  world.in_handler = true;
  world.running->way_out = nullptr;
  catch_all(3);
  world.running->way_out = way_out;
  world.in_handler = false;
}

void run_coroutine() {
  World& world = *t_world;
  while (are_calls_left()) {
    catch_all(kDeepest);
    take_turns();
  }
  world.running->done = true;
  take_turns();
  mallocop_switch_to(0);
  setcontext(&world.begin);
}

void run_two(World& world) {
  for (Coroutine& coroutine : world.coroutines) {
    getcontext(&coroutine.context);
    coroutine.context.uc_stack.ss_sp = world.stacks[&coroutine - world.coroutines];
    coroutine.context.uc_stack.ss_size = kStack;
    makecontext(&coroutine.context, run_coroutine, 0);
  }
  world.running = &world.coroutines[0];
  world.other = &world.coroutines[1];
  volatile bool begun = false;
  getcontext(&world.begin);
  if (begun) return;
  begun = true;
  mallocop_switch_to(1);
  setcontext(&world.running->context);
}

void run(uint32_t thread, uint64_t seed) {
  World& world = g_worlds[thread];
  t_world = &world;
  world.random = seed * 100 + thread;
  world.running = &world.coroutines[0];
  stack_t alternate{};
  alternate.ss_sp = world.alternate_stack;
  alternate.ss_size = sizeof world.alternate_stack;
  sigaltstack(&alternate, nullptr);
  if (g_coroutines) return run_two(world);
  while (are_calls_left()) catch_all(kDeepest);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  const uint64_t seed = std::strtoull(argv[1], nullptr, 10);
  const auto count = static_cast<uint32_t>(std::strtoul(argv[2], nullptr, 10));
  if (count > kMostThreads) return 2;
  for (int index = 3; index < argc; ++index) {
    g_signals |= argv[index] == std::string_view("signals");
    g_coroutines |= argv[index] == std::string_view("coroutines");
  }
  struct sigaction action {};
  action.sa_handler = on_signal;
  action.sa_flags = SA_ONSTACK;
  sigaction(SIGUSR1, &action, nullptr);
  std::vector<std::thread> threads;
  for (uint32_t thread = 1; thread < count; ++thread) threads.emplace_back(run, thread, seed);
  run(0, seed);
  for (std::thread& thread : threads) thread.join();

  uint64_t calls[3][kMostAllocations] = {};
  for (const World& world : g_worlds)
    for (uint32_t call = 0; call < world.calls; ++call)
      ++calls[world.call[call].function][world.call[call].allocations % kMostAllocations];
  for (uint32_t function = 0; function < 3; ++function) {
    std::printf("%s", kNames[function]);
    for (const uint64_t number : calls[function]) std::printf(" %llu", static_cast<unsigned long long>(number));
    std::printf("\n");
  }
}
