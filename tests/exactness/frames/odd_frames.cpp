// Frames that no C++ compiler makes: hand-written assembly (odd_code.S, ending_code.S), signal handlers in the middle
// of a stack, and stacks that go on elsewhere.
#include <signal.h>

#include <utility>

#include "tests/exactness/other_stacks.h"
#include "tests/exactness/walk.h"

namespace mallocop::exactness {
namespace {

extern "C" {
#define MALLOCOP_ODD_CODE(F) \
  F(odd_pushes)              \
  F(odd_rbp_general)         \
  F(odd_cfa_in_r13)          \
  F(odd_cfa_in_rbx)          \
  F(odd_cfa_in_memory)       \
  F(odd_rbp_in_r12)          \
  F(odd_rbp_by_expression)   \
  F(odd_remembered_state)    \
  F(odd_size_in_a_bit)       \
  F(odd_rbp_undefined)       \
  F(odd_size_by_comparison)  \
  F(odd_other_stack)         \
  F(odd_stack_pointer_kept)  \
  F(odd_callee_pops)         \
  F(odd_without_information) \
  F(odd_without_information_or_rbp)
#define F(name) void name(Walk* walk, uint64_t value);
MALLOCOP_ODD_CODE(F)
#undef F
}
using OddCode = void (*)(Walk*, uint64_t);

template <OddCode code>
void through(Walk& walk) {
  code(&walk, walk.random.next());
  keep(&walk);
}

void through_comparison(Walk& walk) {
  odd_size_by_comparison(&walk, walk.random.below(2) == 0 ? 8 : INT64_MAX);
  keep(&walk);
}

void without_information(Walk& walk) {
  if (walk.random.below(4) != 0) return go_on(walk);
  ++t_frames_without_information;
  (walk.random.below(2) == 0 ? odd_without_information : odd_without_information_or_rbp)(&walk, walk.random.next());
  --t_frames_without_information;
}
void that_ends_libunwind(Walk& walk) {
  if (walk.random.below(4) != 0) return go_on(walk);
  ++t_frames_that_end_libunwind;
  constexpr OddCode kCode[] = {odd_rbp_undefined, odd_stack_pointer_kept, odd_callee_pops};
  kCode[walk.random.below(3)](&walk, walk.random.next());
  --t_frames_that_end_libunwind;
}

// A stack that is another one than the thread's, and may lie above it or below.
void on_another_stack(Walk& walk) {
  void* const end = take_spare_stack();
  if (end == nullptr) return go_on(walk);
  odd_other_stack(&walk, reinterpret_cast<uintptr_t>(end));
  give_back_spare_stack(end);
}

thread_local Walk* t_walk;
void handler(int) {
  go_on(*t_walk);
  keep(&t_walk);
}
template <int signal>
void through_signal(Walk& walk) {
  // The kernel begins the alternate stack anew if it is asked for from yet another stack.
  thread_local bool on_alternate_stack = false;
  if (signal == SIGUSR2 && on_alternate_stack) return go_on(walk);
  static const bool installed = [] {
    struct sigaction action {};
    action.sa_handler = handler;
    action.sa_flags = SA_NODEFER | (signal == SIGUSR2 ? SA_ONSTACK : 0);
    return sigaction(signal, &action, nullptr) == 0;
  }();
  keep(&installed);
  Walk* const before = std::exchange(t_walk, &walk);
  on_alternate_stack = signal == SIGUSR2;
  raise(signal);
  on_alternate_stack = false;
  t_walk = before;
}

constexpr Frame kOdd[] = {through<odd_pushes>,
                          through<odd_rbp_general>,
                          through<odd_rbp_by_expression>,
                          through<odd_remembered_state>,
                          through<odd_cfa_in_r13>,
                          through<odd_cfa_in_rbx>,
                          through<odd_cfa_in_memory>,
                          through<odd_rbp_in_r12>,
                          through<odd_size_in_a_bit>,
                          through_comparison,
                          without_information,
                          that_ends_libunwind,
                          on_another_stack};
constexpr Frame kSignals[] = {through_signal<SIGUSR1>, through_signal<SIGUSR2>};

}  // namespace

const FrameList kOddFrames{kOdd, sizeof kOdd / sizeof kOdd[0]};
const FrameList kSignalFrames{kSignals, sizeof kSignals / sizeof kSignals[0]};

}  // namespace mallocop::exactness
