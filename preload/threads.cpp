#include "preload/threads.h"

#include <errno.h>
#include <pthread.h>

#include <algorithm>

#include "preload/lock.h"
#include "preload/process.h"
#include "preload/recorder.h"
#include "preload/sys.h"

namespace mallocop::preload {

constinit thread_local ThreadState* t_thread = &g_inert_thread;
ThreadState g_inert_thread{};

namespace {

thread_local bool t_ended __attribute__((tls_model("initial-exec"))) = false;
thread_local bool t_refused __attribute__((tls_model("initial-exec"))) = false;  // asked once for a state, in vain

Lock g_lock;  // the lists below, and everything in a state that is in none of a thread's hands
ThreadState* g_free = nullptr;
ThreadState* g_all = nullptr;
ThreadState* g_shared = nullptr;
trace::BlockTotals g_ended_totals;  // of threads that gave their state back
uint64_t g_rings = 0;
uint64_t g_rings_before_check = 64;  // that may exist before it is asked again whose threads are gone
std::atomic<uint32_t> g_ordinals{0};
std::atomic<uint64_t> g_threads{0};
pthread_key_t g_key;

// Where a thread has no state, or none any more, nobody may interrupt with an allocation; and the host's errno is not
// pthread_setspecific's to change.
class Apart {
 public:
  Apart() : errno_(errno) {}
  ~Apart() { errno = errno_; }
  Apart(const Apart&) = delete;
  Apart& operator=(const Apart&) = delete;

 private:
  SignalsBlocked blocked_;
  int errno_;
};

constexpr size_t round_up_to_page(size_t size) { return (size + 4095) / 4096 * 4096; }

ThreadState* make_state() {
  void* const memory = sys::map_anonymous(round_up_to_page(sizeof(ThreadState)));
  void* const scratch = sys::map_anonymous(round_up_to_page(trace::fold_scratch_size()));
  void* const ring = memory == nullptr || scratch == nullptr
                         ? nullptr
                         : g_process.live.add_chunk(trace::ChunkKind::kRing, sizeof(trace::RingChunk), g_rings);
  if (ring == nullptr || failed(sys::madvise(memory, round_up_to_page(sizeof(ThreadState)), MADV_WIPEONFORK))) {
    if (memory != nullptr) sys::unmap(memory, round_up_to_page(sizeof(ThreadState)));
    if (scratch != nullptr) sys::unmap(scratch, round_up_to_page(trace::fold_scratch_size()));
    return nullptr;
  }
  ++g_rings;
  auto* const thread = static_cast<ThreadState*>(memory);
  thread->ring = static_cast<trace::RingChunk*>(ring);
  thread->events = thread->ring->events;
  thread->scratch = trace::init_fold_scratch(scratch);
  thread->next_of_all = g_all;
  g_all = thread;
  return thread;
}

// Folds what is left and puts the state on the list. The lock is held.
void give_back_state(ThreadState& thread) {
  if (thread.published > 0 || thread.ring->ring.state[thread.window % 2].depth > 0) fold_ring(thread);
  g_ended_totals += ring_totals(*thread.ring, thread.totals);
  thread.totals.clear(thread.window);
  thread.ring->ring.thread_ordinal = 0;
  thread.limit = 0;
  thread.next_free = g_free;
  g_free = &thread;
}

// Calls of marks that the thread leaves open end with it.
void end_open_calls(ThreadState& thread) {
  fold_ring(thread);
  const trace::FoldState& state = thread.ring->ring.state[thread.window % 2];
  const uint64_t ticks = read_ticks();
  for (uint32_t index = 0; index < state.depth; ++index) {
    const trace::OpenCall& call = state.open[index];
    // The end of an outermost call ends those inside it.
    if (!call.is_mark() || call.parent != trace::kNoPlace) continue;
    push(thread, trace::Event::make(trace::EventKind::kSwitch, call.coroutine, 0));
    push(thread, trace::Event::call(trace::EventKind::kCallEnd, call.operation, call.token, ticks));
  }
}

bool is_in_use(const ThreadState& thread) { return thread.ring->ring.thread_ordinal != 0; }

// Takes the states of threads that are gone and could not give them back: a thread that first allocates in the last
// round of its destructors, or ends without them. Returns how many states are in use. The lock is held.
uint64_t take_back_states() {
  constexpr long kNoSuchThread = -ESRCH;
  uint64_t used = 0;
  for (ThreadState* thread = g_all; thread != nullptr; thread = thread->next_of_all) {
    if (!is_in_use(*thread)) continue;
    if (thread->thread_id != 0 && sys::ask_for_thread(g_process.process_id, thread->thread_id) == kNoSuchThread) {
      give_back_state(*thread);
    } else {
      ++used;
    }
  }
  return used;
}

// A state that belongs to nobody yet, ready for a thread; null if it cannot be had. The lock is held.
ThreadState* take_state(uint32_t thread_id) {
  if (!g_process.is_running()) return nullptr;
  if (g_free == nullptr && g_rings >= g_rings_before_check)
    g_rings_before_check = std::max<uint64_t>(64, 2 * take_back_states());
  ThreadState* thread = g_free;
  if (thread != nullptr) {
    g_free = thread->next_free;
  } else {
    thread = make_state();
    if (thread == nullptr) return nullptr;
  }
  thread->ordinal = g_ordinals.fetch_add(1, std::memory_order_relaxed) + 1;
  thread->thread_id = thread_id;
  thread->open_calls = 0;
  thread->destructor_rounds = 0;
  thread->batch = {};
  thread->tool_depth = 0;
  thread->capture.start(0);
  thread->outermost_entries.forget();
  thread->limit = 0;
  trace::RingHeader& ring = thread->ring->ring;
  ring.state[thread->window % 2].start(read_ticks());
  ring.thread_ordinal = thread->ordinal;
  ring.thread_id = thread_id;
  return thread;
}

// The own stack of a thread ends where the C library keeps the thread's control block; the main thread's is known to
// the dynamic linker.
extern "C" void* __libc_stack_end __attribute__((weak));
void find_stack(ThreadState& thread) {
  const auto here = reinterpret_cast<uintptr_t>(__builtin_frame_address(0));
  const bool is_main = thread.thread_id == sys::process_id();
  const uintptr_t end =
      is_main ? (&__libc_stack_end != nullptr ? reinterpret_cast<uintptr_t>(__libc_stack_end) : 0) : thread_pointer();
  thread.capture.start(end > here ? end & ~uintptr_t{7} : 0);
}

void end_thread(ThreadState& thread) {
  const Apart apart;
  t_thread = &g_inert_thread;
  t_ended = true;
  if (!g_process.is_running()) return;
  thread.limit = 0;
  const Locked locked(g_lock);
  if (thread.open_calls != 0) end_open_calls(thread);
  give_back_state(thread);
}

// Other destructors of thread-specific data free and allocate too: ours asks to be called again as often as it may.
void on_thread_end(void* argument) {
  auto* const thread = static_cast<ThreadState*>(argument);
  if (thread != t_thread || !g_process.is_running()) return;
  if (++thread->destructor_rounds < PTHREAD_DESTRUCTOR_ITERATIONS) {
    pthread_setspecific(g_key, thread);
    return;
  }
  end_thread(*thread);
}

}  // namespace

bool start_threads() { return pthread_key_create(&g_key, on_thread_end) == 0; }
bool thread_has_ended() { return t_ended; }
uint64_t thread_count() { return g_threads.load(std::memory_order_relaxed); }

ThreadState* acquire_thread() {
  if (t_refused) return nullptr;
  const Apart apart;
  ThreadState* thread;
  {
    const Locked locked(g_lock);
    thread = take_state(sys::thread_id());
  }
  t_refused = thread == nullptr;
  if (t_refused) return nullptr;
  if (g_threads.fetch_add(1, std::memory_order_relaxed) == 1) g_many_threads.store(true, std::memory_order_relaxed);
  find_stack(*thread);
  t_thread = thread;
  // A key beyond the first 32 makes the C library allocate: that block is mallocop's.
  thread->tool_depth = 1;
  pthread_setspecific(g_key, thread);
  thread->tool_depth = 0;
  thread->limit = trace::kRingEvents;
  return thread;
}

bool with_shared_state(void (*record)(ThreadState&, void*), void* argument) {
  const Apart apart;
  const Locked locked(g_lock);
  if (g_shared == nullptr) g_shared = take_state(0);
  if (g_shared == nullptr) return false;
  record(*g_shared, argument);
  return true;
}

// Under the lock no state changes hands; the owners of the others go on meanwhile.
trace::BlockTotals totals_of_all_threads() {
  const Locked locked(g_lock);
  trace::BlockTotals totals = g_ended_totals;
  for (ThreadState* thread = g_all; thread != nullptr; thread = thread->next_of_all)
    totals += ring_totals(*thread->ring, thread->totals);
  return totals;
}

uint64_t finish_threads() {
  const Apart apart;
  ThreadState* const own = t_thread;
  t_thread = &g_inert_thread;
  t_ended = true;
  const Locked locked(g_lock);
  if (own != &g_inert_thread) give_back_state(*own);
  if (g_shared != nullptr) {
    give_back_state(*g_shared);
    g_shared = nullptr;
  }
  return take_back_states();
}

}  // namespace mallocop::preload
