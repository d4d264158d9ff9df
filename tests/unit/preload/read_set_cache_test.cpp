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
  void take(const std::vector<size_t>& words, trace::StackId stack, bool use_frame_pointer = false) {
    insert(site(), stack_, words, stack, use_frame_pointer);
  }
  void insert(const CallSite& site, const std::vector<uint64_t>& memory, const std::vector<size_t>& words,
              trace::StackId stack, bool use_frame_pointer = false) {
    std::vector<ReadWord> read;
    for (size_t index = words.size(); index-- > 0;) read.push_back({memory[words[index]], &memory[words[index]]});
    cache_->insert(site, kEpoch, kHash, {read.data(), read.size()}, use_frame_pointer, stack);
  }
  // As the engine does.
  trace::StackId find(const CallSite& site, uint32_t epoch = kEpoch) {
    const trace::StackId next = find_next(site, epoch);
    return next != trace::kUnknownStack ? next : cache_->find(site, epoch, kHash);
  }
  trace::StackId find_next(const CallSite& site, uint32_t epoch = kEpoch) {
    trace::StackId found = trace::kUnknownStack;
    return cache_->find_next(site, epoch, found) ? found : trace::kUnknownStack;
  }

  ReadSet() { cache_->start(); }

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
  take(words, 42);
  for (const size_t word : words) {
    ++stack_[word];
    EXPECT_EQ(find(site()), trace::kUnknownStack) << "word " << word;
    --stack_[word];
    EXPECT_EQ(find(site()), 42U);
  }
}

// Whatever the number of words: they are compared in blocks.
TEST_F(ReadSet, TheOutermostWordCountsInSetsOfAnySize) {
  for (size_t count = 1; count <= 20; ++count) {
    std::vector<size_t> words(count);
    std::iota(words.begin(), words.end(), size_t{100});
    const CallSite here = site(0x500000 + count);
    insert(here, stack_, words, 42);
    EXPECT_EQ(find(here), 42U);
    ++stack_[words.back()];
    EXPECT_EQ(find(here), trace::kUnknownStack);
    --stack_[words.back()];
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
  take({1}, 42);
  EXPECT_EQ(find(site(0x401000, 8)), 42U);
  insert(site(0x402000, 7), stack_, {1}, 43, true);
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
    EXPECT_EQ(find(there), 7U);
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
    EXPECT_EQ(find_next(site(0x1000)), 10U);
    EXPECT_EQ(find_next(site(0x2000)), 20U);
  }
  EXPECT_EQ(find_next(site(0x2000)), trace::kUnknownStack);
}

TEST_F(ReadSet, AnotherThreadsStacksAreForgotten) {
  take({1, 2}, 42);
  cache_->start();
  EXPECT_EQ(find(site()), trace::kUnknownStack);
  take({1, 2}, 43);
  EXPECT_EQ(find(site()), 43U);
}

}  // namespace
}  // namespace mallocop::preload
