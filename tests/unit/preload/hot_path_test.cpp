// The recorder's hot path on rings of its own, without a process to record: what it proves when threads hand a block
// on, in every order in which they can; and what a reader may rely on while the owner writes (run under ThreadSanitizer
// too).
#include <gtest/gtest.h>

#include <cstring>
#include <memory>
#include <thread>
#include <vector>

#include "preload/recorder.h"

namespace mallocop::preload {

// What the hot path leaves when it cannot go on: no test here lets it come to that.
void push_wide(ThreadState&, trace::EventKind, uintptr_t, uint64_t, trace::StackId, uint32_t) { std::abort(); }

namespace {

using trace::Event;
using trace::EventKind;

constexpr size_t kThreads = 3;
constexpr uintptr_t kBlock = 0x7f0000001000;
constexpr trace::StackId kStack = trace::kFirstStack;
constexpr size_t kSize = 64;

// A ring and the state that writes to it, as a thread has them.
class Owner {
 public:
  Owner() : state_(std::make_unique<ThreadState>()), ring_(std::make_unique<trace::RingChunk>()) {
    std::memset(static_cast<void*>(state_.get()), 0, sizeof(ThreadState));
    std::memset(static_cast<void*>(ring_.get()), 0, sizeof(trace::RingChunk));
    state_->ring = ring_.get();
    state_->events = ring_->events;
  }
  ThreadState& state() { return *state_; }
  trace::RingChunk& ring() { return *ring_; }
  const Event& last() { return last_event(*state_); }

  // What fold_ring() ends with.
  void begin_window() {
    empty_ring();
    ring_->ring.progress.store(trace::make_progress(state_->window, 0), std::memory_order_release);
    std::atomic_thread_fence(std::memory_order_release);
  }

  // As after a fold.
  void empty_ring() {
    ++state_->window;
    state_->published = 0;
  }

 private:
  std::unique_ptr<ThreadState> state_;
  std::unique_ptr<trace::RingChunk> ring_;
};

// What comes between an allocation and the free of the block.
enum class Between { kNothing, kOtherBlock, kCollidingBlock, kFold, kCount };

struct Life {
  size_t allocator;
  size_t freer;
  Between between;
};

// Blocks that share kBlock's place in the table of own blocks, or share neither place nor counter.
uintptr_t find_block(bool collides) {
  const auto table_index = [](uintptr_t address) { return ((address >> 4) * 0x9e3779b97f4a7c15) >> 53; };
  for (uintptr_t address = kBlock + 16;; address += 16) {
    if (&free_counter(address) != &free_counter(kBlock) && (table_index(address) == table_index(kBlock)) == collides)
      return address;
  }
}

class Handovers : public testing::Test {
 protected:
  ~Handovers() override { g_many_threads = false; }

  void start(bool many) {
    g_many_threads = many;
    for (const uintptr_t address : {kBlock, other_, colliding_}) {
      free_counter(address) = 0;
      for (Owner& owner : owners_) owner.state().own_blocks.forget(address);
    }
    for (Owner& owner : owners_) owner.empty_ring();
    largest_free_stamp_ = -1;
  }

  // One life of the block; false if the free claims what is not so.
  bool live(const Life& life) {
    ThreadState& allocator = owners_[life.allocator].state();
    push_allocation(allocator, kBlock, kSize, kStack);
    const int64_t stamp = owners_[life.allocator].last().alloc_stamp();
    switch (life.between) {
      case Between::kOtherBlock:
        push_allocation(allocator, other_, kSize, kStack);
        break;
      case Between::kCollidingBlock:
        push_allocation(allocator, colliding_, kSize, kStack);
        break;
      case Between::kFold:
        owners_[life.allocator].empty_ring();
        break;
      case Between::kNothing:
      case Between::kCount:
        break;
    }
    Owner& freer = owners_[life.freer];
    push_free(freer.state(), kBlock);
    const Event& last = freer.last();
    const bool proved = last.kind() == EventKind::kPair || last.is_proved();
    proofs_ += proved;
    // An allocation after a free without proof has a larger stamp.
    const bool in_order = stamp > largest_free_stamp_;
    if (!proved) largest_free_stamp_ = std::max<int64_t>(largest_free_stamp_, last.free_stamp());
    return (!proved || life.allocator == life.freer) && in_order;
  }

  std::vector<Owner> owners_{kThreads};
  const uintptr_t other_ = find_block(false);
  const uintptr_t colliding_ = find_block(true);
  int64_t largest_free_stamp_ = -1;
  uint64_t proofs_ = 0;
};

// A block has one holder at a time, and each step of the hot path is the holder's; so the orders of steps are the
// orders of lives. All of three threads' are tried, four lives long, the first of them with one thread or with several.
TEST_F(Handovers, NeverLeaveAProofThatDoesNotHold) {
  constexpr size_t kLives = 4;
  constexpr size_t kKinds = kThreads * kThreads * static_cast<size_t>(Between::kCount);
  size_t all = 1;
  for (size_t life = 0; life < kLives; ++life) all *= kKinds;
  for (size_t alone = 0; alone < kLives; ++alone) {  // lives before there is a second thread
    for (size_t number = 0; number < all; ++number) {
      start(alone == 0);
      std::vector<Life> lives;
      bool possible = true;
      for (size_t rest = number, life = 0; life < kLives; ++life, rest /= kKinds) {
        const size_t kind = rest % kKinds;
        lives.push_back(
            {kind % kThreads, kind / kThreads % kThreads, static_cast<Between>(kind / kThreads / kThreads)});
        possible = possible && (life >= alone || (lives.back().allocator == 0 && lives.back().freer == 0));
      }
      if (!possible) continue;
      for (size_t life = 0; life < kLives; ++life) {
        if (life == alone) g_many_threads = true;
        if (live(lives[life])) continue;
        std::string story;
        for (size_t told = 0; told <= life; ++told)
          story += "thread " + std::to_string(lives[told].allocator) + " allocates, between " +
                   std::to_string(static_cast<int>(lives[told].between)) + ", thread " +
                   std::to_string(lives[told].freer) + " frees; ";
        FAIL() << alone << " lives alone; " << story;
      }
    }
  }
  EXPECT_GT(proofs_, 0U);
}

// `progress` publishes an event: whoever reads it with acquire order sees every event below, whole, but for the last,
// which its owner may still turn into a pair or a call.
TEST(Ring, WhatIsPublishedCanBeReadWhileTheOwnerWrites) {
  Owner owner;
  std::thread writer([&] {
    for (uint32_t index = 0; index < trace::kRingEvents; ++index) {
      push(owner.state(), Event::alloc(EventKind::kAlloc, kBlock + 16 * index, index, kStack + index));
      if (index % 3 == 0) trace::free_at_once(last_event(owner.state()), kBlock + 16 * index);
    }
  });
  uint32_t seen = 0;
  while (seen + 1 < trace::kRingEvents) {
    const uint32_t published = trace::progress_published(owner.ring().ring.progress.load(std::memory_order_acquire));
    for (; seen + 1 < published; ++seen) {
      const Event& event = owner.ring().events[seen];
      ASSERT_EQ(event.kind(), seen % 3 == 0 ? EventKind::kPair : EventKind::kAlloc) << seen;
      ASSERT_EQ(event.address(), kBlock + 16 * seen);
      ASSERT_EQ(event.size(), seen);
      ASSERT_EQ(event.stack(), kStack + seen);
    }
  }
  writer.join();
}

// Totals of a ring whose owner goes on: pairs, frees, reallocs that fail, wide sizes, and windows that end. A window's
// sum is what a fold would say of it.
TEST(Ring, TotalsCanBeAskedForWhileTheOwnerWrites) {
  constexpr uint32_t kWindows = 20;
  constexpr uint64_t kWideSize = 1ULL << 30;
  Owner owner;
  ThreadState& thread = owner.state();
  trace::BlockTotals done;  // by the owner
  std::thread writer([&] {
    for (uint32_t window = 0; window < kWindows; ++window) {
      const trace::BlockTotals before = done;
      while (thread.published + kRoom <= trace::kRingEvents) {
        const uintptr_t block = kBlock + 16 * uintptr_t{thread.published};
        push(thread, Event::wide(kWideSize, 0));
        push(thread, Event::alloc(EventKind::kReallocAlloc, block, kWideSize, kStack));
        for (int round = 0; round < 3; ++round) {
          push_allocation(thread, block, kSize, kStack);
          push_free(thread, block);
        }
        Event& half = thread.events[thread.published];
        push(thread, Event::free(EventKind::kReallocFree, block, true));
        trace::store_event(half, Event{});
        done += {.allocations = 4, .bytes = kWideSize + 3 * kSize, .frees = 3};
      }
      thread.totals.fold(thread.window, {.allocations = done.allocations - before.allocations,
                                         .bytes = done.bytes - before.bytes,
                                         .frees = done.frees - before.frees});
      owner.begin_window();
    }
  });
  trace::BlockTotals last;
  while (trace::progress_window(owner.ring().ring.progress.load()) < kWindows) {
    const trace::BlockTotals now = ring_totals(owner.ring(), thread.totals);
    ASSERT_GE(now.allocations, last.allocations);
    ASSERT_GE(now.bytes, last.bytes);
    // At most one block of the loop's is live that will be freed, and one free half may be taken back.
    const uint64_t kept = (now.allocations + 3) / 4;
    ASSERT_LE(now.bytes, kept * (kWideSize + 3 * kSize));
    ASSERT_GE(now.allocations - kept + 1, now.frees);
    last = now;
  }
  writer.join();
  EXPECT_EQ(ring_totals(owner.ring(), thread.totals), done);
}

}  // namespace
}  // namespace mallocop::preload
