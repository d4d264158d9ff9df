#include "preload/unwind/read_set_cache.h"

#include <gtest/gtest.h>

#include <memory>
#include <numeric>
#include <vector>

namespace mallocop::preload {
namespace {

constexpr uint32_t kEpoch = 1;
constexpr uint64_t kHash = 12345;

// A stack of words, and a cache that took it once.
class ReadSet : public ::testing::Test {
 protected:
  CallSite site(uintptr_t return_address = 0x401000, uintptr_t frame_pointer = 7) const {
    return {return_address, reinterpret_cast<uintptr_t>(stack_.data()), frame_pointer};
  }
  // As a walk does that reads the words with these numbers, inwards to outwards.
  void take(const std::vector<size_t>& words, trace::StackId stack, bool own_stack = true,
            bool use_frame_pointer = false) {
    insert(site(), stack_, words, stack, own_stack, use_frame_pointer);
  }
  void insert(const CallSite& site, const std::vector<uint64_t>& memory, const std::vector<size_t>& words,
              trace::StackId stack, bool own_stack = true, bool use_frame_pointer = false) {
    const uintptr_t base = own_stack ? high(memory) : site.stack_pointer;
    std::vector<uint64_t> values;
    std::vector<int32_t> offsets;
    for (size_t index = words.size(); index-- > 0;) {
      const uint64_t* const word = &memory[words[index]];
      values.push_back(*word);
      offsets.push_back(static_cast<int32_t>(reinterpret_cast<uintptr_t>(word) - base));
    }
    cache_->insert(site, kEpoch, kHash, {values.data(), offsets.data(), values.size()}, own_stack, use_frame_pointer,
                   stack);
  }
  // As the engine does.
  trace::StackId find(const CallSite& site, uint32_t epoch = kEpoch) { return find(site, stack_, epoch); }
  trace::StackId find(const CallSite& site, const std::vector<uint64_t>& memory, uint32_t epoch = kEpoch) {
    const trace::StackId next = cache_->find_next(site, epoch, high(memory));
    return next != trace::kUnknownStack ? next : cache_->find(site, epoch, high(memory), kHash);
  }
  static uintptr_t high(const std::vector<uint64_t>& memory) {
    return reinterpret_cast<uintptr_t>(memory.data() + memory.size());
  }

  std::vector<uint64_t> stack_ = std::vector<uint64_t>(4096, 1);
  std::unique_ptr<ReadSetCache> cache_ = std::make_unique<ReadSetCache>();  // zero-filled, as in a thread's state
};

TEST_F(ReadSet, AnEmptyCacheKnowsNothing) { EXPECT_EQ(find(site()), trace::kUnknownStack); }

TEST_F(ReadSet, TheSameWordsAreTheSameStack) {
  take({1, 3, 10, 20}, 42);
  EXPECT_EQ(find(site()), 42U);
}

TEST_F(ReadSet, EveryWordThatWasReadCounts) {
  std::vector<size_t> words;
  for (size_t word = 1; word <= 30; ++word) words.push_back(word);
  for (const bool own_stack : {true, false}) {
    take(words, 42, own_stack);
    for (const size_t word : words) {
      ++stack_[word];
      EXPECT_EQ(find(site()), trace::kUnknownStack) << "word " << word;
      --stack_[word];
      EXPECT_EQ(find(site()), 42U);
    }
  }
}

TEST_F(ReadSet, WordsThatWereNotReadDoNotCount) {
  take({1, 3, 10}, 42);
  stack_[2] = stack_[4] = stack_[11] = 99;
  EXPECT_EQ(find(site()), 42U);
}

TEST_F(ReadSet, AnotherCallSiteIsAnotherStack) {
  take({1, 3}, 42);
  EXPECT_EQ(find(site(0x401001)), trace::kUnknownStack);
}

TEST_F(ReadSet, TheFramePointerCountsWhereARuleUsedIt) {
  take({1}, 42, true, false);
  EXPECT_EQ(find(site(0x401000, 8)), 42U);
  insert(site(0x402000, 7), stack_, {1}, 43, true, true);
  EXPECT_EQ(find(site(0x402000, 8)), trace::kUnknownStack);
  EXPECT_EQ(find(site(0x402000, 7)), 43U);
}

TEST_F(ReadSet, ANewEpochForgets) {
  take({1}, 42);
  EXPECT_EQ(find(site(), kEpoch + 1), trace::kUnknownStack);
}

TEST_F(ReadSet, AStackThatIsTooDeepIsNotKept) {
  std::vector<size_t> words;
  for (size_t word = 0; word < 4000; ++word) words.push_back(word);
  take(words, 42);
  EXPECT_EQ(find(site()), trace::kUnknownStack);
}

// The arena is a ring: what lies in a part that was written again must not be found.
TEST_F(ReadSet, WordsThatWereOverwrittenAreNotTrusted) {
  take({1, 2, 3}, 42);
  std::vector<uint64_t> other(512, 5);
  for (int round = 0; round < 100; ++round) {
    const CallSite there{0x500000 + static_cast<uintptr_t>(round), reinterpret_cast<uintptr_t>(other.data()), 0};
    std::vector<size_t> words(400);
    std::iota(words.begin(), words.end(), size_t{0});
    insert(there, other, words, 7);
    EXPECT_EQ(find(there, other), 7U);
    const trace::StackId found = find(site());
    EXPECT_TRUE(found == 42U || found == trace::kUnknownStack);
  }
  EXPECT_EQ(find(site()), trace::kUnknownStack);
}

// Two stacks that follow each other are found without a search, once each was seen to follow the other.
TEST_F(ReadSet, RemembersWhichStackFollows) {
  insert(site(0x1000), stack_, {1}, 10);
  insert(site(0x2000), stack_, {2}, 20);
  for (int round = 0; round < 2; ++round) {
    EXPECT_EQ(find(site(0x1000)), 10U);
    EXPECT_EQ(find(site(0x2000)), 20U);
  }
  for (int round = 0; round < 3; ++round) {
    EXPECT_EQ(cache_->find_next(site(0x1000), kEpoch, high(stack_)), 10U);
    EXPECT_EQ(cache_->find_next(site(0x2000), kEpoch, high(stack_)), 20U);
  }
  EXPECT_EQ(cache_->find_next(site(0x2000), kEpoch, high(stack_)), trace::kUnknownStack);
}

TEST_F(ReadSet, AnotherThreadsStacksAreForgotten) {
  take({1, 2}, 42);
  cache_->forget();
  EXPECT_EQ(find(site()), trace::kUnknownStack);
  take({1, 2}, 43);
  EXPECT_EQ(find(site()), 43U);
}

}  // namespace
}  // namespace mallocop::preload
