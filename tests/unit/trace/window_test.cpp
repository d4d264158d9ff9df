// Window records: a whole one comes back; every number out of range makes it damage.
#include "trace/window.h"

#include <gtest/gtest.h>

#include <functional>

#include "tests/unit/report/trace/trace_builder.h"
#include "trace/live.h"

namespace mallocop::trace {
namespace {

using test::encode_window;

Window whole_window() {
  Window window;
  window.thread_ordinal = 3;
  window.thread_id = 4711;
  window.number = 9;
  window.begin_ticks = 100;
  window.end_ticks = 200;
  window.end_nanoseconds = 300;
  window.events = 40;
  window.frees = 12;
  window.sites = {{1, 70, 10, 1000, 8, 900, 5, 2, 16, 200}, {0, 2, 3, 30, 3, 30, 0, 0, 10, 10}};
  WindowCall call;
  call.operation = 1;
  call.repeat = 4;
  call.iterations = 2;
  call.level = 1;
  call.allocations = 2;
  call.bytes = 300;
  call.frees = 1;
  call.temporary = 1;
  call.peak = 300;
  call.net = 50;
  call.sites = {{0, 2, 300}};
  WindowCall part;
  part.operation = 2;
  part.begins = false;
  part.ends = true;
  part.ordered = false;
  part.blocks_before = 2;
  window.calls = {call, part};
  window.latencies = {{1, 9, 450, 40, 60, {{64, 4}, {40, 5}}}};
  using enum WindowBlock::Kind;
  window.blocks = {{.kind = kAlloc, .part = 3, .level_before = 512, .address = 0x7fff0000, .site = 0, .size = 60},
                   {.kind = kFree, .address = 0x1000, .operation = 1},
                   {.kind = kTemporaryFree, .level_before = 7, .address = 0x7fff0000},
                   {.kind = kPairBegin, .site = 1, .size = 10},
                   {.kind = kPairBegin, .level_before = 5, .site = 0, .size = 100},
                   {.kind = kPairEnd, .level_before = 6, .site = 1, .size = 10},
                   {.kind = kPairEnd, .site = 0, .size = 100}};
  window.level_after = 99;
  return window;
}

bool decodes(const std::function<void(Window&)>& change) {
  Window window = whole_window();
  change(window);
  return decode_window(encode_window(window)).has_value();
}

TEST(Window, ComesBackWhole) {
  const auto payload = encode_window(whole_window());
  const auto decoded = decode_window(payload);
  ASSERT_TRUE(decoded);
  EXPECT_EQ(encode_window(*decoded), payload);
  EXPECT_EQ(decoded->thread_ordinal, 3U);
  EXPECT_EQ(decoded->end_nanoseconds, 300U);
  EXPECT_EQ(decoded->sites[0].largest, 200U);
  EXPECT_EQ(decoded->sites[1].stack, 2U);
  EXPECT_EQ(decoded->calls[0].sites[0].bytes, 300U);
  EXPECT_FALSE(decoded->calls[1].begins);
  EXPECT_EQ(decoded->calls[0].blocks_before, WindowCall::kUnknownWhen);
  EXPECT_EQ(decoded->calls[1].blocks_before, 2U);
  EXPECT_EQ(decoded->blocks[0].part, 3U);
  EXPECT_EQ(decoded->blocks[1].part, WindowBlock::kNoPart);
  EXPECT_EQ(decoded->latencies[0].buckets[1].bucket, 40U);
  EXPECT_EQ(decoded->blocks[2].address, 0x7fff0000U);
  EXPECT_EQ(decoded->blocks[2].kind, WindowBlock::Kind::kTemporaryFree);
  EXPECT_EQ(decoded->blocks[4].level_before, 5U);
  EXPECT_EQ(decoded->blocks[5].kind, WindowBlock::Kind::kPairEnd);
  EXPECT_EQ(decoded->blocks[5].site, 1U);
  EXPECT_EQ(decoded->blocks[6].size, 100U);
  EXPECT_EQ(decoded->level_after, 99U);
}

TEST(Window, TheHeadIsThatOfTheWhole) {
  const auto head = decode_window_head(encode_window(whole_window()));
  ASSERT_TRUE(head);
  EXPECT_EQ(head->thread_ordinal, 3U);
  EXPECT_EQ(head->number, 9U);
  EXPECT_EQ(head->events, 40U);
  EXPECT_FALSE(decode_window_head({}));
}

TEST(Window, CutAnywhereOrWithABytesBehindItIsDamage) {
  auto payload = encode_window(whole_window());
  for (size_t size = 0; size < payload.size(); ++size) {
    EXPECT_FALSE(decode_window(std::span(payload).first(size))) << size;
  }
  payload.push_back(0);
  EXPECT_FALSE(decode_window(payload));
}

TEST(Window, FiguresOfASiteThatContradictEachOtherAreDamage) {
  EXPECT_TRUE(decodes([](Window&) {}));
  EXPECT_FALSE(decodes([](Window& window) { window.sites[0].freed = 11; }));
  EXPECT_FALSE(decodes([](Window& window) { window.sites[0].freed_bytes = 1001; }));
  EXPECT_FALSE(decodes([](Window& window) { window.sites[0].temporary = 9; }));
  EXPECT_FALSE(decodes([](Window& window) { window.sites[0].reallocations = 11; }));
  EXPECT_FALSE(decodes([](Window& window) { window.sites[0].operation = kMaxOperations; }));
  EXPECT_FALSE(decodes([](Window& window) { window.sites[0].allocations = 40; }));  // more than there are events
  EXPECT_FALSE(decodes([](Window& window) { window.frees = 41; }));
}

TEST(Window, SumsBeyond64BitsAreDamage) {
  constexpr uint64_t kHalf = uint64_t{1} << 63;
  EXPECT_FALSE(decodes([](Window& window) { window.sites[0].bytes = window.sites[1].bytes = kHalf; }));
  EXPECT_FALSE(decodes([](Window& window) { window.calls[0].bytes = kHalf / 2; }));  // four times
  EXPECT_FALSE(decodes([](Window& window) { window.calls[0].iterations = kHalf; }));
}

TEST(Window, CallsOutOfRangeAreDamage) {
  EXPECT_FALSE(decodes([](Window& window) { window.calls[0].repeat = 0; }));
  EXPECT_FALSE(decodes([](Window& window) { window.calls[0].iterations = 0; }));
  EXPECT_FALSE(decodes([](Window& window) { window.calls[0].level = kMaxOpenCalls; }));
  EXPECT_FALSE(decodes([](Window& window) { window.calls[0].operation = kOutside; }));
  EXPECT_FALSE(decodes([](Window& window) { window.calls[1].repeat = 2; }));  // a part does not repeat
  EXPECT_TRUE(decodes([](Window& window) { window.calls[1].blocks_before = 3; }));
  EXPECT_FALSE(decodes([](Window& window) { window.calls[1].blocks_before = 4; }));
  EXPECT_FALSE(decodes([](Window& window) { window.calls[0].sites[0].site = 2; }));
  EXPECT_FALSE(decodes([](Window& window) { window.calls[0].sites[0].allocations = 3; }));
  EXPECT_FALSE(decodes([](Window& window) { window.calls[0].sites[0].bytes = 301; }));
}

TEST(Window, LatenciesOutOfRangeAreDamage) {
  EXPECT_FALSE(decodes([](Window& window) { window.latencies[0].calls = 10; }));  // the buckets hold nine
  EXPECT_FALSE(decodes([](Window& window) { window.latencies[0].smallest = 61; }));
  EXPECT_FALSE(decodes([](Window& window) { window.latencies[0].operation = kOutside; }));
  EXPECT_FALSE(decodes([](Window& window) { window.latencies[0].buckets[0].bucket = kLatencyBuckets; }));
}

TEST(Window, BlocksOutOfRangeAreDamage) {
  EXPECT_FALSE(decodes([](Window& window) { window.blocks[0].site = 2; }));
  EXPECT_FALSE(decodes([](Window& window) { window.blocks[1].operation = kMaxOperations; }));
  EXPECT_FALSE(decodes([](Window& window) { window.blocks[0].part = kMaxOpenCalls; }));
  EXPECT_FALSE(decodes([](Window& window) { window.blocks[1].part = 0; })) << "a free is of no part";
}

TEST(Window, PairsThatDoNotBeginAndEndAreDamage) {
  EXPECT_FALSE(decodes([](Window& window) { window.blocks[3].site = 2; }));
  EXPECT_FALSE(decodes([](Window& window) { window.blocks[5].size = 11; }));           // there is none such
  EXPECT_FALSE(decodes([](Window& window) { window.blocks[6] = window.blocks[5]; }));  // it has ended
  EXPECT_FALSE(decodes([](Window& window) { std::swap(window.blocks[3], window.blocks[5]); }));
}

TEST(Window, AnyFoldOfAnyEventsDecodes) {
  test::ThreadEvents thread(1);
  uint64_t state = 12345;
  for (uint64_t window = 0; window < 50; ++window) {
    for (int step = 0; step < 300; ++step) {
      state = state * 6364136223846793005U + 1442695040888963407U;
      const uint64_t address = 0x1000 + (state >> 40) % 64 * 16;
      const auto stack = static_cast<StackId>(1 + (state >> 50) % 5);
      if (state >> 63) {
        thread.alloc(address, (state >> 20) % 1000, stack);
      } else {
        thread.free(address);
      }
      if (step % 10 == 0)
        thread.begin(1 + static_cast<OperationId>(state >> 45) % 3, 1000 + static_cast<uint64_t>(step));
      if (step % 10 == 7) thread.end(2000 + static_cast<uint64_t>(step), 1 + (state >> 30) % 4);
    }
    const auto decoded = decode_window(thread.fold(5000 + window));
    ASSERT_TRUE(decoded) << window;
    uint64_t allocations = 0;
    uint64_t freed = 0;
    uint64_t listed = 0;
    for (const WindowSite& site : decoded->sites) {
      allocations += site.allocations;
      freed += site.freed;
    }
    for (const WindowBlock& block : decoded->blocks) listed += block.kind == WindowBlock::Kind::kAlloc;
    EXPECT_EQ(listed, allocations - freed) << "every block that is not freed in the window is listed";
  }
}

}  // namespace
}  // namespace mallocop::trace
