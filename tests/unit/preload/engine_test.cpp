// Every stack that the engine takes is compared with one that libunwind steps through at the same point, taken once
// anew and once from the cache.
#include "preload/unwind/engine.h"

#define UNW_LOCAL_ONLY
#include <gtest/gtest.h>
#include <libunwind.h>
#include <pthread.h>
#include <signal.h>
#include <ucontext.h>

#include <memory>
#include <thread>
#include <vector>

#include "tests/unit/preload/engine_cases.h"
#include "tests/unit/preload/temporary_folder.h"

namespace mallocop::preload {
namespace {

// One engine for the whole test program, as in a process; it is never taken down.
struct World {
  World() {
    EXPECT_EQ(trace.create(folder.file("t.mcop").c_str(), 1), 0);
    EXPECT_EQ(live.create(folder.file("t.mcop.live").c_str(), 1), 0);
    EXPECT_TRUE(stacks->start(live, functions));
    EXPECT_TRUE(modules.start(trace));
    engine.attach(*stacks, modules);
    EXPECT_TRUE(engine.start());
  }
  TemporaryFolder folder;
  TraceWriter trace;
  LiveFile live;
  Functions functions;
  std::unique_ptr<StackTable> stacks = std::make_unique<StackTable>();
  Modules modules;
  Engine engine;
};
World& world() {
  static World made;
  return made;
}

CaptureState& capture_state() {
  thread_local const std::unique_ptr<CaptureState> state = [] {
    auto made = std::make_unique<CaptureState>();
    pthread_attr_t attributes;
    void* low = nullptr;
    size_t size = 0;
    pthread_getattr_np(pthread_self(), &attributes);
    pthread_attr_getstack(&attributes, &low, &size);
    pthread_attr_destroy(&attributes);
    made->start(reinterpret_cast<uintptr_t>(low) + size);
    return made;
  }();
  return *state;
}

struct Stack {
  std::vector<uintptr_t> addresses;  // innermost first
  bool truncated = false;

  friend bool operator==(const Stack&, const Stack&) = default;
};

Stack stack_of(trace::StackId id) {
  Stack stack;
  while (id >= trace::kFirstStack) {
    const trace::StackNode& node = *world().stacks->node(id);
    stack.addresses.push_back(node.address);
    stack.truncated = (node.flags & trace::kNodeTruncated) != 0;
    id = node.parent;
  }
  return stack;
}

int g_compared;
bool g_expect_truncated = false;

// Stands for a hook: compares the stacks at its caller.
[[gnu::noinline]] void compare() {
  const CallSite site = caller_of_hook();
  const trace::StackId id = world().engine.capture(capture_state(), site);
  const trace::StackId again = world().engine.capture(capture_state(), site);

  unw_context_t context;
  unw_getcontext(&context);
  unw_cursor_t cursor;
  unw_init_local(&cursor, &context);
  std::vector<uintptr_t> expected;
  while (unw_step(&cursor) > 0) {
    unw_word_t address = 0;
    unw_get_reg(&cursor, UNW_REG_IP, &address);
    if (address != 0) expected.push_back(address);
  }

  const Stack stack = stack_of(id);
  EXPECT_EQ(stack.truncated, g_expect_truncated);
  EXPECT_EQ(stack.addresses, expected);
  EXPECT_EQ(again, id);
  ++g_compared;
}

class EngineTest : public ::testing::Test {
 protected:
  EngineTest() {
    unw_set_caching_policy(unw_local_addr_space, UNW_CACHE_NONE);
    g_compared = 0;
  }
  ~EngineTest() override { EXPECT_GT(g_compared, 0); }
};

TEST_F(EngineTest, Recursion) {
  for (const int depth : {0, 1, 2, 10, 100, 1000}) cases::recursion(depth, compare);
}
TEST_F(EngineTest, MutualRecursion) {
  for (int depth = 0; depth < 40; ++depth) cases::mutual_recursion(depth, compare);
}
TEST_F(EngineTest, FramesOfVariableSize) {
  for (size_t size = 1; size < 10'000; size = size * 3 + 1) {
    cases::with_alloca(size, compare);
    cases::with_array_of_variable_length(size, compare);
  }
}
TEST_F(EngineTest, RealignedStacks) {
  cases::with_aligned_local(compare);
  for (size_t size = 1; size < 1000; size = size * 3 + 1) cases::with_aligned_local_and_alloca(size, compare);
}
TEST_F(EngineTest, RealignedStacksWithAllRegistersSaved) {
  cases::with_aligned_local_and_registers(7, compare);
  cases::with_aligned_local_and_registers(7, [] { cases::recursion(3, compare); });
}

// Stands for a hook: the step to its caller's caller is one that needs no libunwind.
[[gnu::noinline]] void expect_rule() {
  static OracleStack stack;
  static Oracle oracle;
  static const bool started = oracle.start(world().modules);
  ASSERT_TRUE(started);
  const auto address = reinterpret_cast<uintptr_t>(__builtin_return_address(0));
  EXPECT_NE(oracle.probe(stack, address).kind(), RuleKind::kComplex);
  ++g_compared;
}

TEST_F(EngineTest, RealignedStacksHaveARule) {
  cases::with_aligned_local(expect_rule);
  cases::with_aligned_local_and_registers(7, expect_rule);
}

TEST_F(EngineTest, LargeFrames) { cases::with_large_frame(compare); }
TEST_F(EngineTest, AllRegistersInUse) {
  const std::vector<double> values(100, 1.5);
  cases::with_many_registers(values.data(), values.size(), compare);
}
TEST_F(EngineTest, Callables) {
  cases::through_lambdas(compare);
  cases::through_std_function(compare);
  cases::through_virtual_call(compare);
}
TEST_F(EngineTest, CallbacksFromLibraries) {
  cases::through_qsort(compare);
  cases::through_std_sort(compare);
}
TEST_F(EngineTest, ExceptionsInFlight) {
  cases::in_a_destructor_while_unwinding(compare);
  cases::in_a_catch_block(compare);
}
TEST_F(EngineTest, AfterLongjmp) { cases::after_longjmp(compare); }

TEST_F(EngineTest, OtherThreads) {
  for (int round = 0; round < 3; ++round) std::thread([] { cases::recursion(20, compare); }).join();
}

// The same return address and stack pointer with other callers: the cache must notice.
TEST_F(EngineTest, CallersThatAlternate) {
  for (int round = 0; round < 200; ++round) {
    cases::recursion(round % 7, compare);
    cases::mutual_recursion(round % 5, compare);
    cases::through_lambdas(compare);
  }
}

void handler(int) { cases::recursion(3, compare); }

TEST_F(EngineTest, SignalHandlers) {
  struct sigaction action {};
  action.sa_handler = handler;
  sigaction(SIGUSR1, &action, nullptr);
  raise(SIGUSR1);
  cases::recursion(5, [] { raise(SIGUSR1); });
}

TEST_F(EngineTest, SignalHandlersOnAnAlternateStack) {
  const std::unique_ptr<char[]> memory = std::make_unique<char[]>(256 << 10);
  stack_t stack{}, before{};
  stack.ss_sp = memory.get();
  stack.ss_size = 256 << 10;
  ASSERT_EQ(sigaltstack(&stack, &before), 0);
  struct sigaction action {};
  action.sa_handler = handler;
  action.sa_flags = SA_ONSTACK;
  sigaction(SIGUSR2, &action, nullptr);
  cases::recursion(5, [] { raise(SIGUSR2); });
  stack.ss_flags = SS_DISABLE;
  sigaltstack(&stack, nullptr);
}

// --- Fibers
// ------------------------------------------------------------------------------------------------------------

ucontext_t g_main_context, g_fiber_context;

// A fiber begins in a piece of the C library that has no unwind information: all its frames are there, and the stack
// is marked truncated because nobody can say that they are.
void fiber() {
  for (int round = 0; round < 3; ++round) {
    g_expect_truncated = true;
    cases::recursion(round, compare);
    g_expect_truncated = false;
    swapcontext(&g_fiber_context, &g_main_context);
  }
}

TEST_F(EngineTest, Fibers) {
  const std::unique_ptr<char[]> memory = std::make_unique<char[]>(256 << 10);
  getcontext(&g_fiber_context);
  g_fiber_context.uc_stack.ss_sp = memory.get();
  g_fiber_context.uc_stack.ss_size = 256 << 10;
  g_fiber_context.uc_link = &g_main_context;
  makecontext(&g_fiber_context, fiber, 0);
  for (int round = 0; round < 3; ++round) {
    swapcontext(&g_main_context, &g_fiber_context);
    cases::recursion(round, compare);
  }
}

// --- What cannot be unwound
// --------------------------------------------------------------------------------------------

Stack g_taken;
[[gnu::noinline]] void take() {
  g_taken = stack_of(world().engine.capture(capture_state(), caller_of_hook()));
  ++g_compared;
}

TEST_F(EngineTest, CodeWithoutInformationEndsTheStackAndSaysSo) {
  cases::call_without_information([] { cases::recursion(2, take); });
  EXPECT_TRUE(g_taken.truncated);
  EXPECT_GE(g_taken.addresses.size(), 3U);  // inlining takes some of the recursion's frames
  const auto code = reinterpret_cast<uintptr_t>(&cases::call_without_information);
  EXPECT_GT(g_taken.addresses.back(), code);
  EXPECT_LT(g_taken.addresses.back(), code + 32);
}

TEST_F(EngineTest, AStackDeeperThanTheLimitIsTruncated) {
  cases::recursion(2 * static_cast<int>(kMaxFrames), take);
  EXPECT_TRUE(g_taken.truncated);
  EXPECT_EQ(g_taken.addresses.size(), kMaxFrames);
}

TEST_F(EngineTest, OneFrameIsAlwaysTruncated) {
  g_taken = stack_of(world().engine.capture_one(0x1234));
  ++g_compared;
  EXPECT_TRUE(g_taken.truncated);
  EXPECT_EQ(g_taken.addresses.size(), 1U);
}

}  // namespace
}  // namespace mallocop::preload
