// Decoding of window records. Each list has a function of its own; a list that is out of range makes the reader
// fail, which stays, so that only the end of decode_window() looks.
#include "trace/window.h"

#include <limits>
#include <utility>

#include "trace/bytes.h"
#include "trace/event.h"
#include "trace/live.h"

namespace mallocop::trace {
namespace {

// Bytes that one entry of each list takes at least; what bounds the memory that a count can ask for.
constexpr size_t kMinimumSite = 10;
constexpr size_t kMinimumCall = 12;
constexpr size_t kMinimumCallSite = 3;
constexpr size_t kMinimumLatency = 6;
constexpr size_t kMinimumBucket = 2;
constexpr size_t kMinimumBlock = 2;

constexpr uint64_t kMaxU32 = std::numeric_limits<uint32_t>::max();

constexpr uint32_t kEnded = std::numeric_limits<uint32_t>::max();  // of a listed pair

// Adds `value` times `factor`; a sum that does not fit is damage, because no process lives that long.
void add(ByteReader& in, uint64_t& sum, uint64_t value, uint64_t factor = 1) {
  uint64_t product = 0;
  if (__builtin_mul_overflow(value, factor, &product) || __builtin_add_overflow(sum, product, &sum)) in.fail();
}

OperationId read_operation(ByteReader& in) { return static_cast<OperationId>(in.varint_at_most(kMaxOperations - 1)); }

void read_sites(ByteReader& in, Window& window) {
  const size_t count = in.count(kMinimumSite);
  window.sites.clear();
  window.sites.reserve(count);
  uint64_t allocations = 0;
  uint64_t bytes = 0;
  uint64_t stack = 0;
  for (size_t index = 0; index < count; ++index) {
    WindowSite& site = window.sites.emplace_back();
    site.operation = read_operation(in);
    stack += static_cast<uint64_t>(in.zigzag());
    if (stack > kMaxU32) in.fail();
    site.stack = static_cast<StackId>(stack);
    site.allocations = in.varint();
    site.bytes = in.varint();
    site.freed = in.varint_at_most(site.allocations);
    site.freed_bytes = in.varint_at_most(site.bytes);
    site.temporary = in.varint_at_most(site.freed);
    site.reallocations = in.varint_at_most(site.allocations);
    site.smallest = in.varint();
    site.largest = site.smallest;
    add(in, site.largest, in.varint());
    add(in, allocations, site.allocations);
    add(in, bytes, site.bytes);
    if (in.failed()) return;
  }
  if (allocations > window.events - window.frees) in.fail();
}

void read_call_sites(ByteReader& in, const Window& window, WindowCall& call) {
  call.sites.resize(in.count(kMinimumCallSite));
  for (WindowCallSite& site : call.sites) {
    site.site = static_cast<uint32_t>(in.varint_at_most(kMaxU32));
    if (site.site >= window.sites.size()) in.fail();
    site.allocations = in.varint_at_most(call.allocations);
    site.bytes = in.varint_at_most(call.bytes);
    if (in.failed()) return;
  }
}

void read_calls(ByteReader& in, Window& window) {
  window.calls.clear();
  window.calls.resize(in.count(kMinimumCall));
  uint64_t iterations = 0;
  uint64_t figures = 0;  // of all metrics together: a bound for the sum of each
  for (WindowCall& call : window.calls) {
    call.operation = read_operation(in);
    const uint64_t flags = in.varint_at_most(kCallBegins | kCallEnds | kCallIsOrdered | kCallSaysWhen);
    call.begins = (flags & kCallBegins) != 0;
    call.ends = (flags & kCallEnds) != 0;
    call.ordered = (flags & kCallIsOrdered) != 0;
    call.level = static_cast<uint32_t>(in.varint_at_most(kMaxOpenCalls - 1));
    call.repeat = in.varint();
    call.iterations = in.varint();
    if (call.operation == kOutside || call.repeat == 0 || call.iterations == 0) in.fail();
    if (call.repeat > 1 && !(call.begins && call.ends)) in.fail();
    call.allocations = in.varint();
    call.bytes = in.varint();
    call.frees = in.varint();
    call.temporary = in.varint();
    call.peak = in.varint();
    call.net = in.varint();
    if ((flags & kCallSaysWhen) != 0) call.blocks_before = static_cast<uint32_t>(in.varint_at_most(kRingEvents));
    add(in, iterations, call.iterations, call.repeat);
    for (const uint64_t value : {call.allocations, call.bytes, call.frees, call.temporary, call.peak, call.net}) {
      add(in, figures, value, call.repeat);
    }
    read_call_sites(in, window, call);
    if (in.failed()) return;
  }
}

void read_latencies(ByteReader& in, Window& window) {
  window.latencies.clear();
  window.latencies.resize(in.count(kMinimumLatency));
  for (WindowLatency& latency : window.latencies) {
    latency.operation = read_operation(in);
    latency.calls = in.varint();
    latency.total_ticks = in.varint();
    latency.smallest = in.varint();
    latency.largest = in.varint();
    if (latency.operation == kOutside || latency.largest < latency.smallest) in.fail();
    latency.buckets.resize(in.count(kMinimumBucket));
    uint64_t calls = 0;
    for (WindowLatency::Bucket& bucket : latency.buckets) {
      bucket.bucket = static_cast<uint32_t>(in.varint_at_most(kLatencyBuckets - 1));
      bucket.calls = in.varint();
      add(in, calls, bucket.calls);
      if (in.failed()) return;
    }
    if (calls != latency.calls) in.fail();
    if (in.failed()) return;
  }
}

// The latest of the window's blocks is an end of a listed pair.
void read_pair(ByteReader& in, bool ends, Window& window, std::vector<uint32_t>& begun) {
  WindowBlock& block = window.blocks.back();
  block.kind = ends ? WindowBlock::Kind::kPairEnd : WindowBlock::Kind::kPairBegin;
  if (!ends) {
    block.site = static_cast<uint32_t>(in.varint_at_most(kMaxU32));
    if (block.site >= window.sites.size()) in.fail();
    block.size = in.varint();
    begun.push_back(static_cast<uint32_t>(window.blocks.size() - 1));
    return;
  }
  const uint64_t number = in.varint();
  if (number >= begun.size() || begun[number] == kEnded) {
    in.fail();
    return;
  }
  block.site = window.blocks[begun[number]].site;
  block.size = window.blocks[begun[number]].size;
  begun[number] = kEnded;
}

constexpr WindowBlock::Kind kind_of(BlockEntry entry) {  // not of a pair
  return entry == BlockEntry::kAlloc  ? WindowBlock::Kind::kAlloc
         : entry == BlockEntry::kFree ? WindowBlock::Kind::kFree
                                      : WindowBlock::Kind::kTemporaryFree;
}

// There are more of these than of all else together. The reader is a copy of its own, so that its pointers stay in
// registers; an entry is read whole before anything is known of it to be wrong.
void read_blocks(ByteReader& reader, Window& window) {
  ByteReader in = reader;
  const size_t count = in.count(kMinimumBlock);
  const size_t sites = window.sites.size();
  window.blocks.clear();
  window.blocks.reserve(count);
  uint64_t address = 0;
  std::vector<uint32_t> begun;  // of each listed pair, the entry, or kEnded
  uint32_t listed = 0;          // that are no pairs
  for (size_t index = 0; index < count && !in.failed(); ++index) {
    WindowBlock& block = window.blocks.emplace_back();
    const uint64_t head = in.varint_at_most(kBlockEntryMask | kBlockHasLevel | kBlockHasStamp | kBlockOfPart);
    const auto entry = static_cast<BlockEntry>(head & kBlockEntryMask);
    if ((head & kBlockHasLevel) != 0) block.level_before = in.varint();
    if (entry != BlockEntry::kAlloc && (head & kBlockOfPart) != 0) in.fail();
    if (entry == BlockEntry::kPair) {
      read_pair(in, (head & kBlockPairEnds) != 0, window, begun);
      continue;
    }
    ++listed;
    block.kind = kind_of(entry);
    if ((head & kBlockHasStamp) != 0) block.stamp = static_cast<uint32_t>(in.varint_at_most(Event::kStampMask));
    address += static_cast<uint64_t>(in.zigzag());
    block.address = address;
    if (block.kind == WindowBlock::Kind::kAlloc) {
      block.site = static_cast<uint32_t>(in.varint_at_most(kMaxU32));
      if (block.site >= sites) in.fail();
      block.size = in.varint();
      if ((head & kBlockOfPart) != 0) block.part = static_cast<uint16_t>(in.varint_at_most(kMaxOpenCalls - 1));
    } else {
      block.operation = read_operation(in);
    }
  }
  for (const WindowCall& call : window.calls) {
    if (call.blocks_before != WindowCall::kUnknownWhen && call.blocks_before > listed) in.fail();
  }
  reader = in;
}

void read_head(ByteReader& in, Window& window) {
  window.thread_ordinal = static_cast<uint32_t>(in.varint_at_most(kMaxU32));
  window.thread_id = static_cast<uint32_t>(in.varint_at_most(kMaxU32));
  window.number = static_cast<uint32_t>(in.varint_at_most(kMaxU32));
  window.begin_ticks = in.fixed64();
  window.end_ticks = in.fixed64();
  window.end_nanoseconds = in.fixed64();
  window.events = in.varint();
  window.frees = in.varint_at_most(window.events);
}

}  // namespace

std::optional<WindowHead> decode_window_head(std::span<const uint8_t> payload) {
  ByteReader in(payload.data(), payload.size());
  Window window;
  read_head(in, window);
  if (in.failed()) return std::nullopt;
  return WindowHead{window.thread_ordinal, window.number, window.events};
}

std::optional<Window> decode_window(std::span<const uint8_t> payload) {
  std::optional<Window> window(std::in_place);
  if (!decode_window(payload, *window)) window.reset();
  return window;
}

bool decode_window(std::span<const uint8_t> payload, Window& window) {
  ByteReader in(payload.data(), payload.size());
  read_head(in, window);
  read_sites(in, window);
  read_calls(in, window);
  read_latencies(in, window);
  read_blocks(in, window);
  window.level_after = in.varint();
  return in.finished();
}

}  // namespace mallocop::trace
