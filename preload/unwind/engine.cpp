#include "preload/unwind/engine.h"

namespace mallocop::preload {

void Engine::attach(StackTable& stacks, Modules& modules) {
  stacks_ = &stacks;
  modules_ = &modules;
}

bool Engine::start() {
  running_ = rules_.start() && oracle_.start(*modules_);
  return running_;
}

trace::StackId Engine::capture_one(uintptr_t return_address) {
  dl_find_object object{};
  const trace::ModuleIndex module =
      find_object(return_address - 1, object) ? modules_->index_of(object) : trace::kNoModule;
  return stacks_->intern({}, {return_address, module, trace::kNodeTruncated}).id;
}

// Stacks that begin at one call site differ mostly in their innermost callers: the hash takes in as many of these as
// can be found at the price of a look-up. It says only where to look; what it reads need not be right.
uint64_t Engine::hash_of(const CaptureState& state, const CallSite& site) const {
  constexpr int kCallers = 3;
  uint64_t hash = site.return_address ^ (site.stack_pointer << 20);
  uintptr_t address = site.return_address, stack_pointer = site.stack_pointer;
  for (int caller = 0; caller < kCallers; ++caller) {
    const Rule rule = rules_.find(address);
    if (rule.kind() != RuleKind::kStackPointer) break;
    stack_pointer += static_cast<uintptr_t>(rule.cfa_offset());
    if (stack_pointer - sizeof address < state.bounds.verified || stack_pointer > state.bounds.high) break;
    address = *reinterpret_cast<const uintptr_t*>(stack_pointer - sizeof address);
    hash = (hash ^ address) * 0x9e3779b97f4a7c15;
    hash ^= hash >> 32;
  }
  return hash ^ (hash >> 17);
}

trace::StackId Engine::find(CaptureState& state, uintptr_t return_address, uintptr_t stack_pointer,
                            uintptr_t frame_pointer) {
  const CallSite site{return_address, stack_pointer, frame_pointer};
  if (!running_) [[unlikely]]
    return capture_one(site.return_address);
  const uint32_t epoch = epoch_.load(std::memory_order_acquire);  // partner: forget_unmapped
  if (trace::StackId again; state.read_sets.find_again(site, epoch, again)) return again;
  const uint64_t hash = hash_of(state, site);
  const trace::StackId known = state.read_sets.find(site, epoch, hash);
  return known != trace::kUnknownStack ? known : take(state, site, epoch, hash);
}

trace::StackId Engine::take(CaptureState& state, const CallSite& site, uint32_t epoch, uint64_t hash) {
  StackReader stack(state.bounds, site.stack_pointer);
  RuleSource rules(rules_, oracle_, state.oracle_stack);
  Walk& walk = state.walk;
  const WalkEnd end = walk.run(site, rules, stack, state.last, state.last.depth(epoch));
  if (end == WalkEnd::kNeedsOracle) return take_by_oracle(state, site);
  if (walk.joined() == 0 && end != WalkEnd::kComplete) walk.frame(walk.count() - 1).flags |= trace::kNodeTruncated;
  // A stack that ends in code outside every module is taken anew each time.
  const bool repeatable = walk.joined() != 0 || end == WalkEnd::kComplete ||
                          (end == WalkEnd::kNoInformation && walk.frame(walk.count() - 1).module != trace::kNoModule);
  if (!repeatable) return intern_only(walk, walk.count());

  const trace::StackId id = keep(state, epoch);
  if (id == trace::kUnknownStack) return id;
  state.read_sets.insert(site, epoch, hash, state.last.words(), walk.uses_frame_pointer(), id);
  if (!stack.is_own()) state.last.forget();
  return id;
}

// The stack tree gets the stack, and nothing else.
trace::StackId Engine::intern_only(Walk& walk, size_t count) {
  StackRef stack;
  for (size_t index = count; index-- > 0;) {
    stack = stacks_->intern(stack, walk.frame(index));
    if (stack.id == trace::kUnknownStack) break;
  }
  return stack.id;
}

// The walk becomes the last stack. The frames that were joined are in the tree already.
trace::StackId Engine::keep(CaptureState& state, uint32_t epoch) {
  const Walk& walk = state.walk;
  LastStack& last = state.last;
  StackRef stack;
  if (walk.joined() != 0) stack = last.stack(walk.joined() - 1);
  uint32_t hash = stack.hash;
  for (size_t index = walk.count(); index-- > 0;) hash = stacks_->prefetch(hash, walk.frame(index));

  last.keep(walk.joined(), epoch);
  for (size_t index = walk.count(); index-- > 0;) {
    stack = stacks_->intern(stack, walk.frame(index));
    if (stack.id == trace::kUnknownStack) break;
    const size_t first = index == 0 ? 0 : walk.words_end(index - 1);
    for (size_t word = walk.words_end(index); word-- > first;) last.add_word(walk.word(word));
    last.add_frame(walk.point(index), walk.needs_frame_pointer(index), stack);
  }
  if (stack.id == trace::kUnknownStack) last.forget();
  return stack.id;
}

trace::StackId Engine::take_by_oracle(CaptureState& state, const CallSite& site) {
  bool truncated = true;
  const size_t count =
      oracle_.unwind(state.oracle_stack, site.stack_pointer, state.walk.frames(), kMaxFrames, truncated);
  if (count == 0) return capture_one(site.return_address);
  if (truncated) state.walk.frame(count - 1).flags |= trace::kNodeTruncated;
  return intern_only(state.walk, count);
}

void Engine::forget_unmapped(bool others_open) {
  if (!running_) return;
  bool dropped = false;
  modules_->drop_unmapped(others_open, [&](uintptr_t begin, uintptr_t end) {
    rules_.drop(begin, end);
    dropped = true;
  });
  // Release: a thread that sees the new epoch (find) does not find the rules that went.
  if (dropped) epoch_.fetch_add(1, std::memory_order_release);
}

}  // namespace mallocop::preload
