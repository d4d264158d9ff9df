#include "report/trace/recovery.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <memory>
#include <unordered_set>

#include "report/support/error.h"
#include "report/trace/function_frames.h"
#include "report/trace/mapped_file.h"
#include "trace/fold.h"
#include "trace/live.h"
#include "trace/window.h"

namespace mallocop::report {
namespace {

using trace::ChunkHeader;
using trace::ChunkKind;
using trace::LiveHeader;
using trace::NodeChunk;
using trace::RingChunk;

// The kernel's zeros, of which a fold touches few pages.
class Scratch {
 public:
  Scratch() {
    const size_t alignment = trace::fold_scratch_alignment();
    size_t room = trace::fold_scratch_size() + alignment;
    memory_.reset(std::calloc(1, room));
    if (!memory_) throw std::bad_alloc();
    void* place = memory_.get();
    scratch_ = trace::init_fold_scratch(std::align(alignment, trace::fold_scratch_size(), place, room));
  }
  trace::FoldScratch& get() { return *scratch_; }

 private:
  struct Free {
    void operator()(void* memory) const { std::free(memory); }
  };
  std::unique_ptr<void, Free> memory_;
  trace::FoldScratch* scratch_ = nullptr;
};

class Walk {
 public:
  Walk(std::span<const uint8_t> bytes, TraceContents& contents, Recovery& recovery)
      : bytes_(bytes), contents_(contents), recovery_(recovery) {
    for (const StackNodeEntry& entry : contents.nodes) known_nodes_.insert(entry.id);
  }

  // The chunks lie one behind the other; the mapping is page-aligned and so is every chunk. What stands before the
  // first that is not as it should be is used.
  void run() {
    size_t offset = trace::kLivePage;
    while (offset < bytes_.size() && bytes_.size() - offset >= sizeof(ChunkHeader)) {
      ChunkHeader header;
      std::memcpy(&header, bytes_.data() + offset, sizeof header);
      if (header.magic == 0 && header.size == 0) break;  // reserved on disk, not put to use yet
      const size_t size = size_of(header.kind);
      if (header.magic != trace::kChunkMagic || size == 0 || header.size != size) {
        damaged(fmt::format("no chunk where one should be, at byte {}", offset));
        break;
      }
      if (bytes_.size() - offset < size) {
        damaged("it is shorter than its last chunk");
        break;
      }
      add_chunk(header, bytes_.data() + offset);
      offset += size;
    }
    fold_rings();
  }

 private:
  static size_t size_of(ChunkKind kind) {
    switch (kind) {
      case ChunkKind::kRing:
        return sizeof(RingChunk);
      case ChunkKind::kNodes:
        return sizeof(NodeChunk);
    }
    return 0;
  }

  void add_chunk(const ChunkHeader& header, const uint8_t* data) {
    if (header.kind == ChunkKind::kRing) {
      rings_.push_back(reinterpret_cast<const RingChunk*>(data));
    } else {
      add_nodes(*reinterpret_cast<const NodeChunk*>(data));
    }
  }

  // Places of a chunk that no thread has published are zeros; published ones may follow them.
  void add_nodes(const NodeChunk& chunk) {
    if (chunk.header.index >= trace::kMaxNodeChunks) return damaged("a block of stack nodes has an impossible number");
    const size_t first = static_cast<size_t>(chunk.header.index) * trace::kNodesPerChunk;
    for (size_t place = 0; place < trace::kNodesPerChunk; ++place) {
      const trace::StackNode& node = chunk.nodes[place];
      const auto id = static_cast<trace::StackId>(first + place);
      if (node.address == 0 || id < trace::kFirstStack) continue;
      if (node.parent >= id || node.parent == trace::kToolStack) {
        damaged("a stack node has an impossible parent");
        continue;
      }
      if (!known_nodes_.insert(id).second) continue;
      contents_.nodes.push_back({id, node});
      ++recovery_.nodes;
    }
  }

  // In order of thread, so that the same files always give the same report.
  void fold_rings() {
    std::stable_sort(rings_.begin(), rings_.end(), [](const RingChunk* a, const RingChunk* b) {
      return a->ring.thread_ordinal < b->ring.thread_ordinal;
    });
    const FunctionFrames functions(contents_);
    for (const RingChunk* ring : rings_) fold_ring(*ring, functions);
  }

  void fold_ring(const RingChunk& chunk, const FunctionFrames& functions) {
    const uint64_t progress = chunk.ring.progress.load(std::memory_order_acquire);
    const uint32_t window = trace::progress_window(progress);
    const uint32_t published = trace::progress_published(progress);
    if (published == 0) return;
    if (published > trace::kRingEvents || chunk.ring.thread_ordinal == 0) {
      return damaged("a ring has an impossible state");
    }
    // Killed between writing the window and emptying the ring.
    if (contents_.window_numbers.contains({chunk.ring.thread_ordinal, window})) return;

    const trace::FoldState& before = chunk.ring.state[window % 2];
    if (before.depth > trace::kMaxOpenCalls) return damaged("a ring has an impossible state");
    trace::FoldInput input{};
    input.events = chunk.events;
    input.count = published;
    input.window = window;
    input.thread_ordinal = chunk.ring.thread_ordinal;
    input.thread_id = chunk.ring.thread_id;
    input.end_ticks = std::numeric_limits<uint64_t>::max();  // not known: it was never written
    input.functions = functions.view();
    if (!scratch_) scratch_ = std::make_unique<Scratch>();
    trace::FoldState after{};
    const trace::FoldOutput folded = trace::fold(input, before, after, scratch_->get());

    std::vector<uint8_t> payload(folded.payload, folded.payload + folded.size);
    const auto decoded = trace::decode_window(payload);
    if (!decoded) return damaged("the events of a ring make no sense");
    recovery_.calls_too_deep += folded.calls_too_deep;
    recovery_.unmatched_call_ends += folded.unmatched_call_ends;
    recovery_.events += decoded->events;
    ++recovery_.windows;
    recovery_.payloads.push_back(std::move(payload));
    contents_.windows.push_back({recovery_.payloads.back(), true});
    contents_.window_numbers.emplace(input.thread_ordinal, window);
  }

  void damaged(const std::string& problem) {
    recovery_.state = Recovery::State::kDamaged;
    if (recovery_.problem.empty()) recovery_.problem = problem;
  }

  std::span<const uint8_t> bytes_;
  TraceContents& contents_;
  Recovery& recovery_;
  std::unordered_set<trace::StackId> known_nodes_;
  std::vector<const RingChunk*> rings_;
  std::unique_ptr<Scratch> scratch_;
};

Recovery foreign(std::string problem) {
  Recovery recovery;
  recovery.state = Recovery::State::kForeign;
  recovery.problem = std::move(problem);
  return recovery;
}

Recovery recover_from(std::span<const uint8_t> bytes, uint64_t session, TraceContents& contents) {
  if (bytes.size() < trace::kLivePage) return foreign("it is too short");
  const auto& header = *reinterpret_cast<const LiveHeader*>(bytes.data());
  if (std::memcmp(header.magic, trace::kLiveMagic, sizeof header.magic) != 0) return foreign("it is no companion file");
  if (header.version != trace::kLiveVersion)
    return foreign(fmt::format("it has version {}, and this mallocop reads {}; use the mallocop that made it",
                               header.version, trace::kLiveVersion));
  if (header.header_size != trace::kLivePage) return foreign("its header has an impossible size");
  if (header.session != session) return foreign("it belongs to another run");

  Recovery recovery;
  recovery.state = Recovery::State::kRecovered;
  recovery.events_dropped = header.events_dropped.load(std::memory_order_acquire);
  recovery.unmatched_call_ends = header.unmatched_call_ends.load(std::memory_order_acquire);
  recovery.calls_too_deep = header.calls_too_deep.load(std::memory_order_acquire);
  recovery.trace_cannot_grow = header.trace_cannot_grow.load(std::memory_order_acquire);
  Walk(bytes, contents, recovery).run();
  return recovery;
}

}  // namespace

Recovery recover(const std::string& trace_path, uint64_t session, TraceContents& contents) {
  try {
    const std::optional<MappedFile> file = MappedFile::open_if_exists(trace_path + trace::kLiveSuffix);
    if (!file) return {};
    return recover_from(file->bytes(), session, contents);
  } catch (const Error& error) {
    return foreign(error.what());
  }
}

}  // namespace mallocop::report
