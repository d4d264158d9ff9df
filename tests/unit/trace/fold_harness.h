// A thread as the fold sees it: events are pushed, windows come out decoded.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "trace/fold.h"
#include "trace/window.h"

namespace mallocop::trace {

class FoldHarness {
 public:
  FoldHarness() : memory_(fold_scratch_size() / sizeof(uint64_t) + 1) { scratch_ = init_fold_scratch(memory_.data()); }

  // What the recorder may do and need not: keep pairs in one event, and name partners.
  void use_pairs(bool use) { use_pairs_ = use; }
  void name_partners(bool name) { name_partners_ = name; }

  void alloc(uint64_t address, uint64_t size, StackId stack = 10, EventKind kind = EventKind::kAlloc,
             uint32_t stamp = 0) {
    const Event event = Event::alloc(kind, address, size, stack, stamp);
    const bool wide = needs_escape(size, stamp);
    if (use_pairs_ && kind == EventKind::kAlloc && !wide && !events_.empty() && allocate_again(events_.back(), event))
      return;  // as the recorder of a single thread: what it knows of the address may be out of date
    if (wide) events_.push_back(Event::wide(size, stamp));
    events_.push_back(event);
    places_[address] = events_.size();
  }
  void free(uint64_t address, bool proved = true) {
    if (use_pairs_ && proved && !events_.empty() && free_at_once(events_.back(), address)) return;
    events_.push_back(Event::free(EventKind::kFree, address, proved, 0, partner_of(address)));
  }
  void reallocate(uint64_t from, uint64_t to, uint64_t size, StackId stack = 10) {
    events_.push_back(Event::free(EventKind::kReallocFree, from, true, 0, partner_of(from)));
    alloc(to, size, stack, EventKind::kReallocAlloc);
  }
  // Returns the token. Every event that carries a time moves the clock by one.
  uint32_t begin(OperationId operation) {
    events_.push_back(Event::call(EventKind::kCallBegin, operation, ++token_, ++ticks_));
    return token_;
  }
  void end(OperationId operation, uint32_t token, uint64_t iterations = 1) {
    if (iterations > 1) events_.push_back(Event::make(EventKind::kIterations, iterations, 0));
    events_.push_back(Event::call(EventKind::kCallEnd, operation, token, ++ticks_));
  }
  void enter(OperationId operation, uint64_t stack_pointer, uint32_t around = 0) {
    const Event entry = Event::entry(operation, stack_pointer, around);
    if (!events_.empty() && enter_again(events_.back(), entry)) return;
    events_.push_back(entry);
  }
  void switch_to(uint64_t coroutine) { events_.push_back(Event::make(EventKind::kSwitch, coroutine, 0)); }
  // From here on `stack` has this many frames of functions, the innermost of `operation`, and so many of that.
  void has_function(StackId stack, OperationId operation, uint16_t depth, uint16_t same = 1) {
    if (functions_ == nullptr) {
      functions_ = std::make_unique<FunctionFrames>();
      function_frames_.resize(kNodesPerChunk);
      functions_->set_chunk(0, function_frames_.data());
    }
    function_frames_[stack].frame = {static_cast<uint16_t>(operation), depth, same};
  }
  void push(const Event& event) { events_.push_back(event); }
  void wait(uint64_t ticks) { ticks_ += ticks; }
  size_t pending() const { return events_.size(); }

  // With listed pairs as any other pair: what a window says does not depend on which ones are listed.
  Window window() {
    Window window = whole_window();
    std::vector<WindowBlock> blocks;
    uint64_t in_pairs = 0;
    uint64_t level_before = 0;
    for (WindowBlock block : window.blocks) {
      level_before = std::max(level_before, in_pairs + block.level_before);
      if (block.kind == WindowBlock::Kind::kPairBegin) in_pairs += block.size;
      if (block.kind == WindowBlock::Kind::kPairEnd) in_pairs -= block.size;
      if (block.of_pair()) {
        level_before = std::max(level_before, in_pairs);
        continue;
      }
      block.level_before = level_before;
      level_before = 0;
      blocks.push_back(block);
    }
    EXPECT_EQ(in_pairs, 0U) << "a pair begins and ends in its window";
    window.level_after = std::max(level_before, window.level_after);
    window.blocks = std::move(blocks);
    return window;
  }

  Window whole_window() {
    FoldInput input{};
    input.events = events_.data();
    input.count = static_cast<uint32_t>(events_.size());
    input.window = number_;
    input.thread_ordinal = 1;
    input.thread_id = 1000;
    input.end_ticks = ++ticks_;
    input.functions = functions_.get();
    BlockTotals sum;
    for (size_t index = 0; index < events_.size(); ++index)
      sum.add(events_[index], index == 0 ? Event{} : events_[index - 1]);
    output_ = fold(input, states_[number_ % 2], states_[(number_ + 1) % 2], *scratch_);
    EXPECT_EQ(output_.blocks, sum) << "event by event";
    blocks_ += output_.blocks;
    ++number_;
    events_.clear();
    places_.clear();
    const std::optional<Window> decoded = decode_window({output_.payload, output_.size});
    EXPECT_TRUE(decoded.has_value());
    return decoded.value_or(Window{});
  }
  const FoldOutput& output() const { return output_; }
  const BlockTotals& blocks() const { return blocks_; }  // of all windows so far, as the folds say

 private:
  // The place, plus one, of the latest allocation at an address, if the recorder is to know it.
  uint32_t partner_of(uint64_t address) {
    if (!name_partners_) return 0;
    const auto found = places_.extract(address);
    return found.empty() ? 0 : static_cast<uint32_t>(found.mapped());
  }

  bool use_pairs_ = false;
  bool name_partners_ = false;
  std::map<uint64_t, size_t> places_;
  std::vector<uint64_t> memory_;
  FoldScratch* scratch_;
  FoldState states_[2] = {};
  std::unique_ptr<FunctionFrames> functions_;
  std::vector<FunctionFrames::Entry> function_frames_;
  std::vector<Event> events_;
  FoldOutput output_{};
  BlockTotals blocks_;
  uint32_t number_ = 0;
  uint32_t token_ = 0;
  uint64_t ticks_ = 0;
};

}  // namespace mallocop::trace
