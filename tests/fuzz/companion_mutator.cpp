#include "tests/fuzz/companion_mutator.h"

#include <algorithm>
#include <cstring>
#include <random>
#include <vector>

#include "tests/fuzz/companion_input.h"
#include "tests/fuzz/trace_mutator.h"
#include "trace/live.h"

extern "C" size_t LLVMFuzzerMutate(uint8_t* data, size_t size, size_t capacity);

namespace mallocop::fuzz {
namespace {

using Random = std::minstd_rand;
using trace::Event;

template <typename T>
void mutate(T& object) {
  auto* const bytes = reinterpret_cast<uint8_t*>(&object);
  LLVMFuzzerMutate(bytes, sizeof object, sizeof object);
}

// Where the chunks begin that are whole.
std::vector<size_t> chunks_of(const test::Bytes& companion) {
  std::vector<size_t> chunks;
  for (size_t at = trace::kLivePage; at < companion.size() && companion.size() - at >= sizeof(trace::ChunkHeader);) {
    trace::ChunkHeader header;
    std::memcpy(&header, companion.data() + at, sizeof header);
    const bool ring = header.kind == trace::ChunkKind::kRing;
    const size_t size = ring ? sizeof(trace::RingChunk) : sizeof(trace::NodeChunk);
    if (header.magic != trace::kChunkMagic || size > companion.size() - at) break;
    chunks.push_back(at);
    at += size;
  }
  return chunks;
}

void mutate_state(trace::FoldState& state, Random& random) {
  trace::OpenCall& call = state.open[random() % (std::min<size_t>(state.depth, trace::kMaxOpenCalls - 1) + 1)];
  switch (random() % 4) {
    case 0:
      mutate(state.counters[random() % trace::kCallCounters]);
      break;
    case 1:
      state.depth = static_cast<uint32_t>(random() % 8);
      break;
    case 2:
      call = state.open[random() % 8];
      break;
    default:
      mutate(call);
  }
}

void mutate_ring(trace::RingChunk& chunk, Random& random) {
  trace::RingHeader& ring = chunk.ring;
  const uint64_t progress = ring.progress;
  const uint32_t window = trace::progress_window(progress);
  const uint32_t published = std::min<uint32_t>(trace::progress_published(progress), trace::kRingEvents - 1);
  Event* const events = chunk.events;
  Event* const event = events + random() % (published + 1);
  Event* const other = events + random() % (published + 1);
  constexpr auto kKinds = uint64_t{trace::kLastEventKind} + 2;  // the last stands for those that do not exist
  switch (random() % 12) {
    case 0: {
      const Event copy = *other;
      std::copy_backward(event, events + published, events + published + 1);
      *event = copy;
      ring.progress = trace::make_progress(window, published + 1);
      break;
    }
    case 1:
      if (published == 0) break;
      std::copy(event + 1, events + published + 1, event);
      ring.progress = trace::make_progress(window, published - 1);
      break;
    case 2:
      std::swap(*event, *other);
      break;
    case 3:
      *event = Event::make(static_cast<trace::EventKind>(random() % kKinds), event->value(), event->data);
      break;
    case 4:
      event->data = other->data;
      break;
    case 5:
    case 6:
      mutate_state(ring.state[window % 2], random);
      break;
    case 7:
      mutate(ring.progress);
      break;
    case 8:
      ring.thread_ordinal = static_cast<uint32_t>(random() % 4);
      break;
    default:
      mutate(*event);
  }
}

void mutate_nodes(trace::NodeChunk& chunk, Random& random) {
  if (random() % 8 == 0) return mutate(chunk.header);
  mutate(chunk.nodes[random() % 8]);
}

void mutate_chunk(uint8_t* chunk, Random& random) {
  trace::ChunkHeader header;
  std::memcpy(&header, chunk, sizeof header);
  if (header.kind == trace::ChunkKind::kRing) {
    mutate_ring(*reinterpret_cast<trace::RingChunk*>(chunk), random);
  } else {
    mutate_nodes(*reinterpret_cast<trace::NodeChunk*>(chunk), random);
  }
}

void mutate_records(test::Bytes& trace, unsigned seed) {
  constexpr size_t kRoom = 256, kLongest = 0xffff;
  const size_t size = trace.size();
  trace.resize(std::min(size + kRoom, kLongest));
  trace.resize(mutate_trace(trace.data(), size, trace.size(), seed));
}

}  // namespace

size_t mutate_companion(uint8_t* data, size_t size, size_t capacity, unsigned seed) {
  Random random(seed);
  if (size < 2 || random() % 50 == 0) return LLVMFuzzerMutate(data, size, capacity);
  CompanionInput input = read_companion_input(data, size);
  const std::vector<size_t> chunks = chunks_of(input.companion);
  if (chunks.empty() || random() % 3 == 0) {
    mutate_records(input.trace, static_cast<unsigned>(random()));
  } else {
    mutate_chunk(input.companion.data() + chunks[random() % chunks.size()], random);
  }
  const test::Bytes changed = write_companion_input(input);
  if (changed.size() > capacity) return LLVMFuzzerMutate(data, size, capacity);
  std::memcpy(data, changed.data(), changed.size());
  return changed.size();
}

}  // namespace mallocop::fuzz
