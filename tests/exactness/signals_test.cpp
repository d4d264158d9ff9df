// Code is interrupted anywhere, prologues and epilogues and the stubs of the linker included, and the handler compares.
#include <dlfcn.h>
#include <signal.h>
#include <sys/time.h>
#include <ucontext.h>

#include <cstring>

#include "tests/exactness/exactness_test.h"
#include "tests/exactness/reference.h"

namespace mallocop::exactness {
namespace {

void* module_of(const void* code) {
  dl_find_object object{};
  return _dl_find_object(const_cast<void*>(code), &object) == 0 ? object.dlfo_link_map : nullptr;
}

// Whether unwind information can be right at the interrupted instruction. It is wrong
//   - where a throw ends: libgcc writes over its own frame what the registers shall hold in the catch block;
//   - in the last two instructions of a function that realigns its stack, as gcc 12 compiles it: the places of the
//     caller's registers are still counted from rbp, which has been restored already.
bool can_be_unwound(const void* context) {
  static void* const libgcc = module_of(dlsym(RTLD_DEFAULT, "_Unwind_RaiseException"));
  const auto* const instruction =
      reinterpret_cast<const uint8_t*>(static_cast<const ucontext_t*>(context)->uc_mcontext.gregs[REG_RIP]);
  constexpr uint8_t kToCaller[] = {0x49, 0x8d, 0x62, 0xf8};  // lea -8(%r10), %rsp
  constexpr uint8_t kReturn = 0xc3;
  const auto is_to_caller = [&](const uint8_t* code) { return std::memcmp(code, kToCaller, sizeof kToCaller) == 0; };
  return module_of(instruction) != libgcc && !is_to_caller(instruction) &&
         !(*instruction == kReturn && is_to_caller(instruction - sizeof kToCaller));
}

// Who compares is the handler; what it interrupts does not.
class Interrupted : public Exactness {
 protected:
  Interrupted() {
    survive_failures();
    let_libunwind_cache(false);
    g_interrupting = true;
  }
  ~Interrupted() override {
    g_interrupting = false;
    let_libunwind_cache(true);
    signal(SIGSEGV, SIG_DFL);
    signal(SIGBUS, SIG_DFL);
    EXPECT_LE(counts().left_out - before_.left_out, (counts().stacks - before_.stacks) / 20);
  }

  static void handle(int signal, void (*handler)(int, siginfo_t*, void*), int flags) {
    struct sigaction action {};
    action.sa_sigaction = handler;
    action.sa_flags = flags | SA_SIGINFO;
    ASSERT_EQ(sigaction(signal, &action, nullptr), 0);
  }
  const OtherStacks other_stacks_;
};

Random g_random(0);

// One signal at a time: an interval would be over before the comparison is.
void set_timer(suseconds_t microseconds) {
  itimerval once{};
  once.it_value.tv_usec = microseconds;
  setitimer(ITIMER_REAL, &once, nullptr);
}

bool g_timer_is_on;
void compare_in_handler(int, siginfo_t*, void* context) {
  if (can_be_unwound(context)) compare_at(preload::caller_of_hook());
  if (g_timer_is_on) set_timer(1 + g_random.below(50));
}

class InterruptedByTimer : public Interrupted {
 protected:
  static void run(FrameList list, int flags) {
    handle(SIGALRM, compare_in_handler, SA_RESTART | flags);
    g_random = Random(seed());
    g_timer_is_on = true;
    set_timer(50);
    walk_until({.list = list, .between = 0, .leaf = do_nothing}, share(3), seed());
    g_timer_is_on = false;
    set_timer(0);
  }
};

TEST_F(InterruptedByTimer, OnTheSameStack) { run(described_frames().list(), 0); }

// Without the frames that go on elsewhere: the kernel would begin the alternate stack anew.
TEST_F(InterruptedByTimer, OnTheAlternateStack) {
  const Mixture mixture{{kPlainFrames, 2}, {kTwinFrames, 1}, {kCallFrames, 1}, {kExceptionFrames, 1}};
  run(mixture.list(), SA_ONSTACK);
}

// --- After every instruction ----------------------------------------------------------------------------------------

uint32_t g_one_in;

void compare_at_some_steps(int, siginfo_t*, void* context) {
  if (g_random.below(g_one_in) == 0 && can_be_unwound(context)) compare_at(preload::caller_of_hook());
  keep(&g_random);
}

extern "C" void set_trap_flag(uint64_t flag);  // frames/odd_code.S
constexpr uint64_t kTrapFlag = 256;

class SteppedThrough : public Interrupted {
 protected:
  static void run(FrameList list, uint64_t percent, uint32_t one_in) {
    handle(SIGTRAP, compare_at_some_steps, 0);
    g_random = Random(seed());
    g_one_in = one_in;
    const uint64_t end = counts().stacks + share(percent);
    const Plan plan{.list = list, .most_frames = 8, .between = 0, .leaf = do_nothing};
    for (uint64_t round = 0; counts().stacks < end; ++round) {
      set_trap_flag(kTrapFlag);
      walk_once(plan, seed() + round);
      set_trap_flag(0);
    }
  }
};

TEST_F(SteppedThrough, FramesWithoutLibraries) {
  const Mixture mixture{{kPlainFrames, 2}, {kTwinFrames, 1}, {kOddFrames, 3}};
  run(mixture.list(), 5, 4);
}
TEST_F(SteppedThrough, Callbacks) { run(kCallFrames, 3, 20); }

}  // namespace
}  // namespace mallocop::exactness
