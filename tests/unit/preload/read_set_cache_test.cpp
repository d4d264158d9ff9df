#include "preload/unwind/read_set_cache.h"

#include <gtest/gtest.h>

#include <memory>
#include <vector>

namespace mallocop::preload {
namespace {

constexpr uint32_t kEpoch = 1;

// A stack of words, and a cache that took it once.
class ReadSet : public ::testing::Test {
 protected:
  CallSite site(uintptr_t return_address = 0x401000, uintptr_t frame_pointer = 7) const {
    return {return_address, reinterpret_cast<uintptr_t>(stack_.data()), frame_pointer};
  }
  // As a walk does that reads the words with these numbers.
  void take(const std::vector<size_t>& words, trace::StackId stack, bool own_stack = true,
            bool use_frame_pointer = false) {
    cache_->begin(site());
    if (use_frame_pointer) cache_->use_frame_pointer();
    for (const size_t word : words) cache_->add(reinterpret_cast<uintptr_t>(&stack_[word]), stack_[word]);
    cache_->commit(stack, own_stack, kEpoch);
  }

  std::vector<uint64_t> stack_ = std::vector<uint64_t>(4096, 1);
  std::unique_ptr<ReadSetCache> cache_ = std::make_unique<ReadSetCache>();  // zero-filled, as in a thread's state
};

TEST_F(ReadSet, AnEmptyCacheKnowsNothing) { EXPECT_EQ(cache_->find(site(), kEpoch), trace::kUnknownStack); }

TEST_F(ReadSet, TheSameWordsAreTheSameStack) {
  take({1, 3, 10, 20}, 42);
  EXPECT_EQ(cache_->find(site(), kEpoch), 42U);
}

TEST_F(ReadSet, EveryWordThatWasReadCounts) {
  std::vector<size_t> words;
  for (size_t word = 1; word <= 30; ++word) words.push_back(word);
  for (const bool own_stack : {true, false}) {
    take(words, 42, own_stack);
    for (const size_t word : words) {
      ++stack_[word];
      EXPECT_EQ(cache_->find(site(), kEpoch), trace::kUnknownStack) << "word " << word;
      --stack_[word];
      EXPECT_EQ(cache_->find(site(), kEpoch), 42U);
    }
  }
}

TEST_F(ReadSet, WordsThatWereNotReadDoNotCount) {
  take({1, 3, 10}, 42);
  stack_[2] = stack_[4] = stack_[11] = 99;
  EXPECT_EQ(cache_->find(site(), kEpoch), 42U);
}

TEST_F(ReadSet, AnotherCallSiteIsAnotherStack) {
  take({1, 3}, 42);
  EXPECT_EQ(cache_->find(site(0x401001), kEpoch), trace::kUnknownStack);
}

TEST_F(ReadSet, TheFramePointerCountsWhereARuleUsedIt) {
  take({1}, 42, true, false);
  EXPECT_EQ(cache_->find(site(0x401000, 8), kEpoch), 42U);
  take({1}, 43, true, true);
  EXPECT_EQ(cache_->find(site(0x401000, 8), kEpoch), trace::kUnknownStack);
  EXPECT_EQ(cache_->find(site(0x401000, 7), kEpoch), 43U);
}

TEST_F(ReadSet, ANewEpochForgets) {
  take({1}, 42);
  EXPECT_EQ(cache_->find(site(), kEpoch + 1), trace::kUnknownStack);
}

TEST_F(ReadSet, AStackThatIsTooDeepIsNotKept) {
  std::vector<size_t> words;
  for (size_t word = 0; word < 4000; ++word) words.push_back(word);
  take(words, 42);
  EXPECT_EQ(cache_->find(site(), kEpoch), trace::kUnknownStack);
}

// The arena is a ring: what lies in a part that was written again must not be found.
TEST_F(ReadSet, WordsThatWereOverwrittenAreNotTrusted) {
  take({1, 2, 3}, 42);
  std::vector<uint64_t> other(512, 5);
  for (int round = 0; round < 100; ++round) {
    const CallSite there{0x500000 + static_cast<uintptr_t>(round), reinterpret_cast<uintptr_t>(other.data()), 0};
    cache_->begin(there);
    for (size_t word = 0; word < 400; ++word) cache_->add(reinterpret_cast<uintptr_t>(&other[word]), other[word]);
    cache_->commit(7, true, kEpoch);
    EXPECT_EQ(cache_->find(there, kEpoch), 7U);
    const trace::StackId found = cache_->find(site(), kEpoch);
    EXPECT_TRUE(found == 42U || found == trace::kUnknownStack);
  }
  EXPECT_EQ(cache_->find(site(), kEpoch), trace::kUnknownStack);
}

}  // namespace
}  // namespace mallocop::preload
