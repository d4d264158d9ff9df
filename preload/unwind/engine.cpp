#include "preload/unwind/engine.h"

#include "preload/sys.h"

namespace mallocop::preload {
namespace {

constexpr uintptr_t kPage = 4096;
constexpr uintptr_t kMostPagesToVerify = 4096;  // 16 MiB of stack below what is known already

}  // namespace

// Reads words of the stack that is being walked. Nothing outside the thread's own stack is read without asking the
// kernel first, so that wrong unwind information ends a walk and not the host.
class StackReader {
 public:
  StackReader(ThreadState& thread, uintptr_t stack_pointer) : high_(thread.stack_high) {
    low_ = stack_pointer;
    if (stack_pointer >= thread.stack_verified && stack_pointer < high_) return;
    if (!verify(thread, stack_pointer)) low_ = high_ = 0;  // another stack: sigaltstack, a fiber
  }

  // Whether all that was read lies in the thread's own stack.
  bool is_own() const { return own_; }

  bool read(uintptr_t address, uintptr_t& value) {
    if (address < low_ || address > high_ - sizeof value || high_ == 0) {
      own_ = false;
      if (address % sizeof value != 0) return false;
      if (address / kPage != foreign_page_) {
        if (!sys::is_readable(address)) return false;
        foreign_page_ = address / kPage;
      }
    }
    value = *reinterpret_cast<const uintptr_t*>(address);
    return true;
  }

 private:
  // Whether the stack reaches without a hole from `stack_pointer` to what is known of it.
  static bool verify(ThreadState& thread, uintptr_t stack_pointer) {
    if (thread.stack_high == 0 || stack_pointer >= thread.stack_high) return false;
    const uintptr_t first = stack_pointer & ~(kPage - 1);
    if ((thread.stack_verified - first) / kPage > kMostPagesToVerify) return false;
    for (uintptr_t page = first; page < thread.stack_verified; page += kPage)
      if (!sys::is_readable(page)) return false;
    thread.stack_verified = first;
    return true;
  }

  uintptr_t low_;
  uintptr_t high_;
  uintptr_t foreign_page_ = 0;
  bool own_ = true;
};

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
  return stacks_->intern(trace::kNoParent, return_address, module, trace::kNodeTruncated);
}

trace::StackId Engine::capture_anew(ThreadState& thread, const CallSite& site) {
  if (!running_) [[unlikely]]
    return capture_one(site.return_address);
  const uint32_t epoch = epoch_.load(std::memory_order_acquire);  // partner: forget_unmapped
  StackReader stack(thread, site.stack_pointer);
  size_t count = 0;
  const Outcome outcome = walk(thread, site, stack, count);
  bool truncated = outcome != Outcome::kComplete;
  if (outcome == Outcome::kNeedsOracle)
    count = oracle_.unwind(thread.oracle_stack, site.stack_pointer, thread.frames, kMaxFrames, truncated);
  if (count == 0) return capture_one(site.return_address);
  const trace::StackId id = intern(thread, count, truncated);
  // A stack that ends in code outside every module is taken anew each time.
  const bool in_module = thread.frames[count - 1].module != trace::kNoModule;
  if (outcome == Outcome::kComplete || (outcome == Outcome::kTruncated && in_module))
    thread.read_sets.commit(id, stack.is_own(), epoch);
  return id;
}

Engine::Outcome Engine::walk(ThreadState& thread, const CallSite& site, StackReader& stack, size_t& count) {
  ReadSetCache& read_set = thread.read_sets;
  read_set.begin(site);
  uintptr_t address = site.return_address;
  uintptr_t stack_pointer = site.stack_pointer;
  uintptr_t frame_pointer = site.frame_pointer;
  uintptr_t frame_pointer_at = 0;  // where it was read; 0: it is the live register
  const auto use_frame_pointer = [&] {
    if (frame_pointer_at == 0) {
      read_set.use_frame_pointer();
    } else {
      read_set.add(frame_pointer_at, frame_pointer);
    }
  };

  while (count < kMaxFrames) {
    Rule rule = rules_.find(address);
    if (rule.kind() == RuleKind::kUnknown) [[unlikely]] {
      rule = oracle_.probe(thread.oracle_stack, address);
      // Code outside every module (a JIT's) comes and goes without a word: what is said of it is not kept.
      if (rule.module() != trace::kNoModule) rules_.insert(address, rule);
    }
    thread.frames[count++] = {address, rule.module(), 0};

    uintptr_t cfa = 0;
    uintptr_t saved_base = 0;
    switch (rule.kind()) {
      case RuleKind::kStackPointer:
        saved_base = cfa = stack_pointer + static_cast<uintptr_t>(rule.cfa_offset());
        break;
      case RuleKind::kFramePointer:
        use_frame_pointer();
        saved_base = cfa = frame_pointer + static_cast<uintptr_t>(rule.cfa_offset());
        break;
      case RuleKind::kRealigned: {
        use_frame_pointer();
        const uintptr_t kept_at = frame_pointer + static_cast<uintptr_t>(rule.cfa_offset());
        if (kept_at < stack_pointer || !stack.read(kept_at, cfa)) return Outcome::kUnreadable;
        read_set.add(kept_at, cfa);
        saved_base = frame_pointer;
        break;
      }
      case RuleKind::kOutermost:
        return Outcome::kComplete;
      case RuleKind::kComplex:
        return Outcome::kNeedsOracle;
      case RuleKind::kNoInformation:
      case RuleKind::kUnknown:
        return Outcome::kTruncated;
    }
    if (cfa <= stack_pointer || !stack.read(cfa - sizeof address, address)) return Outcome::kUnreadable;
    read_set.add(cfa - sizeof address, address);
    if (rule.frame_pointer_saved()) {
      frame_pointer_at = saved_base + static_cast<uintptr_t>(rule.frame_pointer_offset());
      if (frame_pointer_at < stack_pointer || !stack.read(frame_pointer_at, frame_pointer)) return Outcome::kUnreadable;
    }
    if (address == 0) return Outcome::kComplete;  // the ABI's other mark of an outermost frame
    stack_pointer = cfa;
  }
  return Outcome::kTruncated;
}

// The outer frames of two stacks in a row are mostly the same: they are not looked up again.
trace::StackId Engine::intern(ThreadState& thread, size_t count, bool truncated) {
  if (truncated) thread.frames[count - 1].flags |= trace::kNodeTruncated;
  trace::StackId id = trace::kNoParent;
  size_t depth = 0;
  for (; depth < count && depth < thread.previous_count; ++depth) {
    const StackFrame& frame = thread.frames[count - 1 - depth];
    const ThreadState::PreviousFrame& previous = thread.previous[depth];
    if (frame.address != previous.address || frame.module != previous.module || frame.flags != previous.flags) break;
    id = previous.id;
  }
  for (; depth < count; ++depth) {
    const StackFrame& frame = thread.frames[count - 1 - depth];
    id = stacks_->intern(id, frame.address, frame.module, frame.flags);
    if (id == trace::kUnknownStack) break;
    thread.previous[depth] = {frame.address, frame.module, frame.flags, id};
  }
  thread.previous_count = static_cast<uint32_t>(depth);
  return id;
}

void Engine::forget_unmapped() {
  if (!running_) return;
  bool dropped = false;
  modules_->drop_unmapped([&](uintptr_t begin, uintptr_t end) {
    rules_.drop(begin, end);
    dropped = true;
  });
  // Release: a thread that sees the new epoch (capture_anew) does not find the rules that went.
  if (dropped) epoch_.fetch_add(1, std::memory_order_release);
}

}  // namespace mallocop::preload
