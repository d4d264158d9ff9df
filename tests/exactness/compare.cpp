#include "tests/exactness/compare.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>

#include <cstring>
#include <memory>

#include "tests/exactness/reference.h"
#include "tests/exactness/settings.h"
#include "tests/exactness/walk.h"
#include "tests/exactness/world.h"

extern "C" void* __libc_malloc(size_t size);

namespace mallocop::exactness {

thread_local uint32_t t_frames_without_information = 0;
thread_local uint32_t t_frames_that_end_libunwind = 0;
std::atomic<bool> g_interrupting{false};

namespace {

using preload::CallSite;

constexpr uint64_t kMostShown = 3;

struct {
  std::atomic<uint64_t> stacks, frames, by_read_set, by_rules, joined, by_oracle, truncated, left_out, differences;
} g_counts;

thread_local bool t_comparing = false;
thread_local uint32_t t_comparing_in_malloc = 0;

struct Taken {
  size_t count;
  uintptr_t addresses[preload::kMaxFrames];  // innermost first
  bool exact[preload::kMaxFrames];
  bool in_right_module;
  bool truncated;
};

// What a comparison needs and a small stack has no room for.
struct Scratch {
  Taken taken;
  ReferenceStack libunwind;
  ReferenceStack libgcc;
  preload::OracleStack apart;
};
Scratch& scratch() {
  thread_local const std::unique_ptr<Scratch> made = std::make_unique<Scratch>();
  return *made;
}

void add(std::atomic<uint64_t>& counter, uint64_t number) { counter.fetch_add(number, std::memory_order_relaxed); }

bool is_in_module(const trace::StackNode& node, bool exact) {
  dl_find_object object{};
  const bool known = preload::find_object(exact ? node.address : node.address - 1, object);
  return node.module == (known ? world().modules.index_of(object) : trace::kNoModule);
}

// Follows a stack's id through the tree.
void read_stack(trace::StackId id, Taken& out) {
  out.count = 0;
  out.in_right_module = true;
  out.truncated = true;
  for (; id >= trace::kFirstStack && out.count < preload::kMaxFrames; ++out.count) {
    const trace::StackNode& node = *world().stacks->node(id);
    out.addresses[out.count] = node.address;
    out.exact[out.count] = (node.flags & trace::kNodeExactAddress) != 0;
    out.in_right_module = out.in_right_module && is_in_module(node, out.exact[out.count]);
    out.truncated = (node.flags & trace::kNodeTruncated) != 0;
    id = node.parent;
  }
}

bool is_right(const Taken& taken, const ReferenceStack& libunwind, const ReferenceStack& libgcc) {
  const size_t count = taken.count;
  if (!taken.in_right_module || count > libunwind.count || count > libgcc.count) return false;
  const size_t bytes = count * sizeof(uintptr_t);
  if (std::memcmp(taken.addresses, libunwind.addresses, bytes) != 0 ||
      std::memcmp(taken.addresses, libgcc.addresses, bytes) != 0 || std::memcmp(taken.exact, libgcc.exact, count) != 0)
    return false;
  if (!g_interrupting.load(std::memory_order_relaxed)) {
    const bool has_reason =
        t_frames_without_information > 0 || t_frames_that_end_libunwind > 0 || count == preload::kMaxFrames;
    if (taken.truncated != has_reason) return false;
  }
  if (!taken.truncated) return libgcc.complete && count == libgcc.count && count == libunwind.count;
  if (t_frames_that_end_libunwind > 0 || count == preload::kMaxFrames) return true;
  return !libgcc.complete && count == libgcc.count;
}

void print_frames(const char* title, const uintptr_t* addresses, const bool* exact, size_t count, bool complete) {
  fprintf(stderr, "  %s, %zu frames, %s\n", title, count, complete ? "complete" : "truncated");
  for (size_t index = 0; index < count && index < 64; ++index) {
    Dl_info info{};
    const bool known = dladdr(reinterpret_cast<void*>(addresses[index]), &info) != 0;
    const uintptr_t base = known ? reinterpret_cast<uintptr_t>(info.dli_fbase) : 0;
    fprintf(stderr, "    %2zu%s %s+%#zx %s\n", index, exact != nullptr && exact[index] ? " exactly" : "",
            known ? info.dli_fname : "?", addresses[index] - base,
            known && info.dli_sname != nullptr ? info.dli_sname : "");
  }
}

void show_difference(const CallSite& site, const char* level, const Scratch& all) {
  if (!all.taken.in_right_module) fprintf(stderr, "a frame is in a module that is gone\n");
  fprintf(stderr, "difference (seed %llu, %s) at return address %#zx, stack pointer %#zx, frame pointer %#zx\n",
          static_cast<unsigned long long>(settings().seed), level, site.return_address, site.stack_pointer,
          site.frame_pointer);
  print_frames("engine", all.taken.addresses, all.taken.exact, all.taken.count, !all.taken.truncated);
  print_frames("libunwind (or guessed)", all.libunwind.addresses, nullptr, all.libunwind.count, !all.libunwind.failed);
  print_frames("libgcc", all.libgcc.addresses, all.libgcc.exact, all.libgcc.count, all.libgcc.complete);
}

}  // namespace

Counts counts() {
  return {g_counts.stacks,    g_counts.frames,    g_counts.by_read_set, g_counts.by_rules,   g_counts.joined,
          g_counts.by_oracle, g_counts.truncated, g_counts.left_out,    g_counts.differences};
}

void prepare_thread() {
  capture_state();
  scratch();
}

// Which level gave a stack is seen from outside: a walk writes the thread's frames, the oracle its own stack.
[[gnu::noinline]] void compare_at(const CallSite& site) {
  if (t_comparing) return;
  t_comparing = true;
  const int saved = errno;
  preload::CaptureState& state = capture_state();
  Scratch& all = scratch();
  constexpr uint8_t kUntouched[] = {0x5a, 0xa5, 0x5a, 0xa5, 0x5a, 0xa5, 0x5a, 0xa5};
  uint8_t* const oracle_mark = state.oracle_stack.memory + sizeof state.oracle_stack.memory - sizeof kUntouched;
  std::memcpy(oracle_mark, kUntouched, sizeof kUntouched);
  state.walk.frame(0).address = 0;

  const trace::StackId id = world().engine.capture(state, site);

  const bool walked = state.walk.frame(0).address != 0;
  const bool asked_oracle = std::memcmp(oracle_mark, kUntouched, sizeof kUntouched) != 0;
  read_stack(id, all.taken);
  walk_with_libunwind(site, all.apart, all.libunwind);
  walk_with_libgcc(site, all.libgcc);
  if (all.libgcc.failed && g_interrupting.load(std::memory_order_relaxed)) {
    add(g_counts.left_out, 1);
    errno = saved;
    t_comparing = false;
    return;
  }
  add(g_counts.stacks, 1);
  add(g_counts.frames, all.taken.count);
  add(!walked ? g_counts.by_read_set : asked_oracle ? g_counts.by_oracle : g_counts.by_rules, 1);
  if (walked && !asked_oracle && state.walk.joined() != 0) add(g_counts.joined, 1);
  if (all.taken.truncated) add(g_counts.truncated, 1);
  if (!is_right(all.taken, all.libunwind, all.libgcc)) {
    if (g_counts.differences.fetch_add(1) < kMostShown)
      show_difference(site, !walked ? "read set" : asked_oracle ? "oracle" : "rules", all);
  }
  errno = saved;
  t_comparing = false;
}

extern "C" [[gnu::noinline]] void compare_here() {
  if (!g_interrupting.load(std::memory_order_relaxed)) compare_at(preload::caller_of_hook());
  keep(&g_counts);
}

ComparingInMalloc::ComparingInMalloc() { ++t_comparing_in_malloc; }
ComparingInMalloc::~ComparingInMalloc() { --t_comparing_in_malloc; }

// The program's malloc, and that of every library in it. The rest of the allocator is the C library's.
extern "C" void* malloc(size_t size) {
  void* const block = __libc_malloc(size);
  if (t_comparing_in_malloc > 0) compare_at(preload::caller_of_hook());
  keep(block);
  return block;
}

}  // namespace mallocop::exactness
