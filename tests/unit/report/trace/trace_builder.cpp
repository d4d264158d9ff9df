#include "tests/unit/report/trace/trace_builder.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <stdexcept>

#include "trace/checksum.h"

namespace mallocop::test {
namespace {

using trace::ByteWriter;
using trace::Event;
using trace::EventKind;
using trace::RecordType;

Bytes encoded(const std::function<void(ByteWriter&)>& write) {
  Bytes bytes(1U << 20);
  ByteWriter out(bytes.data(), bytes.size());
  write(out);
  if (out.failed()) throw std::logic_error("the record is too long for a test");
  bytes.resize(out.size());
  return bytes;
}

void write_call(ByteWriter& out, const trace::WindowCall& call) {
  const bool says_when = call.blocks_before != trace::WindowCall::kUnknownWhen;
  out.varint(call.operation);
  out.varint((call.begins ? 1U : 0U) | (call.ends ? 2U : 0U) | (call.ordered ? 4U : 0U) | (says_when ? 8U : 0U));
  out.varint(call.level);
  for (const uint64_t value :
       {call.repeat, call.iterations, call.allocations, call.bytes, call.frees, call.temporary, call.peak, call.net}) {
    out.varint(value);
  }
  if (says_when) out.varint(call.blocks_before);
  out.varint(call.sites.size());
  for (const auto& site : call.sites) {
    out.varint(site.site);
    out.varint(site.allocations);
    out.varint(site.bytes);
  }
}

// An end belongs to the latest begin that is like it; without one it has a number that no pair has.
void write_pair(ByteWriter& out, const trace::WindowBlock& block, std::vector<const trace::WindowBlock*>& begun) {
  const bool ends = block.kind == trace::WindowBlock::Kind::kPairEnd;
  out.varint(3U | (block.level_before != 0 ? 4U : 0U) | (ends ? 8U : 0U));
  if (block.level_before != 0) out.varint(block.level_before);
  if (!ends) {
    out.varint(block.site);
    out.varint(block.size);
    begun.push_back(&block);
    return;
  }
  const auto begin = std::find_if(begun.rbegin(), begun.rend(), [&](const trace::WindowBlock* one) {
    return one != nullptr && one->site == block.site && one->size == block.size;
  });
  out.varint(begin == begun.rend() ? begun.size() : static_cast<size_t>(begun.rend() - begin) - 1);
  if (begin != begun.rend()) *begin = nullptr;
}

class Scratch {
 public:
  Scratch() : memory_(std::aligned_alloc(4096, (trace::fold_scratch_size() + 4095) / 4096 * 4096)) {
    std::memset(memory_, 0, trace::fold_scratch_size());
  }
  ~Scratch() { std::free(memory_); }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  trace::FoldScratch& get() { return *trace::init_fold_scratch(memory_); }

 private:
  void* memory_;
};

}  // namespace

Bytes encode_window(const trace::Window& window) {
  return encoded([&](ByteWriter& out) {
    out.varint(window.thread_ordinal);
    out.varint(window.thread_id);
    out.varint(window.number);
    out.fixed64(window.begin_ticks);
    out.fixed64(window.end_ticks);
    out.fixed64(window.end_nanoseconds);
    out.varint(window.events);
    out.varint(window.frees);
    out.varint(window.sites.size());
    int64_t stack = 0;
    for (const trace::WindowSite& site : window.sites) {
      out.varint(site.operation);
      out.zigzag(int64_t{site.stack} - stack);
      stack = site.stack;
      for (const uint64_t value : {site.allocations, site.bytes, site.freed, site.freed_bytes, site.temporary,
                                   site.reallocations, site.smallest, site.largest - site.smallest}) {
        out.varint(value);
      }
    }
    out.varint(window.calls.size());
    for (const trace::WindowCall& call : window.calls) write_call(out, call);
    out.varint(window.latencies.size());
    for (const trace::WindowLatency& latency : window.latencies) {
      for (const uint64_t value : {uint64_t{latency.operation}, latency.calls, latency.total_ticks, latency.smallest,
                                   latency.largest, uint64_t{latency.buckets.size()}}) {
        out.varint(value);
      }
      for (const auto& bucket : latency.buckets) {
        out.varint(bucket.bucket);
        out.varint(bucket.calls);
      }
    }
    out.varint(window.blocks.size());
    uint64_t address = 0;
    std::vector<const trace::WindowBlock*> pairs;  // that have begun; null: it has ended
    for (const trace::WindowBlock& block : window.blocks) {
      if (block.of_pair()) {
        write_pair(out, block, pairs);
        continue;
      }
      out.varint(static_cast<uint64_t>(block.kind) | (block.level_before != 0 ? 4U : 0U) |
                 (block.stamp != 0 ? 8U : 0U) | (block.part != trace::WindowBlock::kNoPart ? 16U : 0U));
      if (block.level_before != 0) out.varint(block.level_before);
      if (block.stamp != 0) out.varint(block.stamp);
      out.zigzag(static_cast<int64_t>(block.address - address));
      address = block.address;
      if (block.kind == trace::WindowBlock::Kind::kAlloc) {
        out.varint(block.site);
        out.varint(block.size);
        if (block.part != trace::WindowBlock::kNoPart) out.varint(block.part);
      } else {
        out.varint(block.operation);
      }
    }
    out.varint(window.level_after);
  });
}

// --- ThreadEvents -------------------------------------------------------------------------------------------------

ThreadEvents::ThreadEvents(uint32_t ordinal, uint64_t begin_ticks) : ordinal_(ordinal) {
  state_.begin_ticks = begin_ticks;
}

ThreadEvents& ThreadEvents::alloc(uint64_t address, uint64_t size, trace::StackId stack, uint32_t stamp) {
  if (trace::needs_escape(size, stamp)) events_.push_back(Event::wide(size, stamp));
  events_.push_back(Event::alloc(EventKind::kAlloc, address, size, stack, stamp));
  return *this;
}

ThreadEvents& ThreadEvents::free(uint64_t address) {
  events_.push_back(Event::free(EventKind::kFree, address, true));
  return *this;
}

ThreadEvents& ThreadEvents::free_unproved(uint64_t address, uint32_t stamp) {
  events_.push_back(Event::free(EventKind::kFree, address, false, stamp));
  return *this;
}

ThreadEvents& ThreadEvents::realloc(uint64_t from, uint64_t to, uint64_t size, trace::StackId stack) {
  events_.push_back(Event::make(EventKind::kReallocFree, from, 0));
  if (trace::needs_escape(size, 0)) events_.push_back(Event::wide(size, 0));
  events_.push_back(Event::alloc(EventKind::kReallocAlloc, to, size, stack));
  return *this;
}

ThreadEvents& ThreadEvents::begin(trace::OperationId operation, uint64_t ticks) {
  open_.push_back({operation, ++tokens_});
  events_.push_back(Event::call(EventKind::kCallBegin, operation, tokens_, ticks));
  return *this;
}

ThreadEvents& ThreadEvents::end(uint64_t ticks, uint64_t iterations) {
  if (iterations != 1) events_.push_back(Event::make(EventKind::kIterations, iterations, 0));
  events_.push_back(Event::call(EventKind::kCallEnd, open_.back().operation, open_.back().token, ticks));
  open_.pop_back();
  return *this;
}

ThreadEvents& ThreadEvents::enter(trace::OperationId operation, uint64_t stack_pointer, uint32_t times,
                                  uint32_t around) {
  Event entry = Event::entry(operation, stack_pointer, around);
  entry.word += times - 1;
  return event(entry);
}

ThreadEvents& ThreadEvents::switch_to(uint64_t coroutine) {
  return event(Event::make(EventKind::kSwitch, coroutine, 0));
}

ThreadEvents& ThreadEvents::event(const Event& event) {
  events_.push_back(event);
  return *this;
}

Bytes ThreadEvents::fold(uint64_t end_ticks, const trace::FunctionFrames* functions) {
  if (events_.size() > trace::kRingEvents) throw std::logic_error("more events than a ring holds");
  static Scratch scratch;
  trace::FoldInput input{};
  input.events = events_.data();
  input.count = static_cast<uint32_t>(events_.size());
  input.window = window_++;
  input.thread_ordinal = ordinal_;
  input.thread_id = 100 + ordinal_;
  input.end_ticks = end_ticks;
  input.end_nanoseconds = nanoseconds_at(end_ticks);
  input.functions = functions;
  trace::FoldState after{};
  const trace::FoldOutput output = trace::fold(input, state_, after, scratch.get());
  state_ = after;
  events_.clear();
  return {output.payload, output.payload + output.size};
}

// --- TraceBuilder -------------------------------------------------------------------------------------------------

TraceBuilder::TraceBuilder(uint64_t session) {
  trace::FileHeader header{};
  std::copy(std::begin(trace::kTraceMagic), std::end(trace::kTraceMagic), header.magic);
  header.version = trace::kFormatVersion;
  header.minimum_reader_version = trace::kMinimumReaderVersion;
  header.header_size = sizeof header;
  header.session = session;
  header.process_id = 4711;
  header.checksum = trace::file_header_checksum(header);
  bytes_.resize(sizeof header);
  std::memcpy(bytes_.data(), &header, sizeof header);
}

TraceBuilder& TraceBuilder::record(RecordType type, std::span<const uint8_t> payload, uint16_t layout) {
  trace::RecordHeader header{};
  header.length = static_cast<uint32_t>(payload.size());
  header.type = static_cast<uint16_t>(type);
  header.version = layout;
  header.checksum = trace::record_checksum(header, payload.data());
  const size_t at = bytes_.size();
  bytes_.resize(at + sizeof header);
  std::memcpy(bytes_.data() + at, &header, sizeof header);
  bytes_.insert(bytes_.end(), payload.begin(), payload.end());
  while (bytes_.size() % trace::kRecordAlignment != 0) bytes_.push_back(0);
  return *this;
}

TraceBuilder& TraceBuilder::process(std::initializer_list<std::string_view> arguments) {
  std::vector<trace::ProcessField> fields = {
      {trace::kFieldProgram, "/usr/bin/bench"}, {trace::kFieldCommandName, "bench"},
      {trace::kFieldLibc, "glibc 2.36"},        {trace::kFieldArchitecture, "x86_64"},
      {trace::kFieldStartTicks, "1000"},        {trace::kFieldStartNanoseconds, "5000"}};
  for (const std::string_view argument : arguments) fields.push_back({trace::kFieldArgument, argument});
  return record(RecordType::kProcess, encoded([&](ByteWriter& out) { trace::encode_process(out, fields); }));
}

TraceBuilder& TraceBuilder::module(const trace::ModuleRecord& module) {
  return record(RecordType::kModule, encoded([&](ByteWriter& out) { trace::encode_module(out, module); }));
}

TraceBuilder& TraceBuilder::frames(trace::StackId first, std::span<const trace::StackNode> nodes) {
  return record(RecordType::kFrames, encoded([&](ByteWriter& out) { trace::encode_frames(out, first, nodes); }));
}

TraceBuilder& TraceBuilder::simple_stacks(size_t count) {
  module({0, 0x0, 0x1000, 0x100000, "/usr/bin/bench", "0123456789"});
  std::vector<trace::StackNode> nodes;
  for (size_t index = 0; index < count; ++index) nodes.push_back({0x1000 + 16 * index, trace::kNoParent, 0, 0});
  return frames(trace::kFirstStack, nodes);
}

TraceBuilder& TraceBuilder::operation(trace::OperationId id, std::string_view name, trace::OperationSource source) {
  return record(RecordType::kOperation, encoded([&](ByteWriter& out) {
                  trace::encode_operation(out, {id, source, name});
                }));
}

TraceBuilder& TraceBuilder::function(const trace::FunctionRecord& function) {
  return record(RecordType::kFunction, encoded([&](ByteWriter& out) { trace::encode_function(out, function); }));
}

TraceBuilder& TraceBuilder::call_site(const trace::CallSiteRecord& site) {
  return record(RecordType::kCallSite, encoded([&](ByteWriter& out) { trace::encode_call_site(out, site); }));
}

TraceBuilder& TraceBuilder::batch(const trace::BatchRecord& batch) {
  return record(RecordType::kBatch, encoded([&](ByteWriter& out) { trace::encode_batch(out, batch); }));
}

TraceBuilder& TraceBuilder::harness(std::string_view kind, std::string_view text) {
  return record(RecordType::kHarness, encoded([&](ByteWriter& out) { trace::encode_harness(out, {kind, text}); }));
}

TraceBuilder& TraceBuilder::window(std::span<const uint8_t> payload) {
  ++windows_;
  if (const auto head = trace::decode_window_head(payload)) events_ += head->events;
  return record(RecordType::kWindow, payload);
}

TraceBuilder& TraceBuilder::loss(const trace::LossRecord& loss) {
  return record(RecordType::kLoss, encoded([&](ByteWriter& out) { trace::encode_loss(out, loss); }));
}

TraceBuilder& TraceBuilder::end(uint64_t end_ticks, uint64_t live_rings, uint64_t children) {
  trace::EndRecord end;
  end.windows = windows_;
  end.events = events_;
  end.threads = 1;
  end.end_ticks = end_ticks;
  end.end_nanoseconds = nanoseconds_at(end_ticks);
  end.live_rings = live_rings;
  end.children = children;
  return record(RecordType::kEnd, encoded([&](ByteWriter& out) { trace::encode_end(out, end); }));
}

std::string TraceBuilder::write(const std::string& path) const {
  write_file(path, bytes_);
  return path;
}

void reseal(Bytes& trace) {
  trace::FileHeader file{};
  if (trace.size() < sizeof file) return;
  std::memcpy(&file, trace.data(), sizeof file);
  file.checksum = trace::file_header_checksum(file);
  std::memcpy(trace.data(), &file, sizeof file);
  for (size_t at = sizeof file; trace.size() - at >= sizeof(trace::RecordHeader);) {
    trace::RecordHeader header{};
    std::memcpy(&header, trace.data() + at, sizeof header);
    if (header.length > trace.size() - at - sizeof header) return;
    header.checksum = trace::record_checksum(header, trace.data() + at + sizeof header);
    std::memcpy(trace.data() + at, &header, sizeof header);
    at = std::min(trace.size(), (at + sizeof header + header.length + 7) & ~size_t{7});
  }
}

// --- LiveBuilder --------------------------------------------------------------------------------------------------

LiveBuilder::LiveBuilder(uint64_t session) : bytes_(trace::kLivePage) {
  trace::LiveHeader& live = header();
  std::copy(std::begin(trace::kLiveMagic), std::end(trace::kLiveMagic), live.magic);
  live.version = trace::kLiveVersion;
  live.minimum_reader_version = trace::kMinimumReaderVersion;
  live.header_size = trace::kLivePage;
  live.session = session;
}

trace::LiveHeader& LiveBuilder::header() { return *reinterpret_cast<trace::LiveHeader*>(bytes_.data()); }

LiveBuilder& LiveBuilder::chunk(trace::ChunkKind kind, const Bytes& bytes) {
  const size_t at = bytes_.size();
  bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
  trace::ChunkHeader header{};
  header.magic = trace::kChunkMagic;
  header.kind = kind;
  header.size = bytes.size();
  std::memcpy(bytes_.data() + at, &header, sizeof header);
  return *this;
}

LiveBuilder& LiveBuilder::nodes(trace::StackId first, std::span<const trace::StackNode> nodes) {
  Bytes bytes(sizeof(trace::NodeChunk));
  std::memcpy(bytes.data() + offsetof(trace::NodeChunk, nodes) + first * sizeof(trace::StackNode), nodes.data(),
              nodes.size_bytes());
  return chunk(trace::ChunkKind::kNodes, bytes);
}

LiveBuilder& LiveBuilder::ring(const ThreadEvents& thread) {
  Bytes bytes(sizeof(trace::RingChunk));
  auto& ring = reinterpret_cast<trace::RingChunk*>(bytes.data())->ring;
  ring.progress = trace::make_progress(thread.window(), static_cast<uint32_t>(thread.events().size()));
  ring.thread_ordinal = thread.ordinal();
  ring.thread_id = 100 + thread.ordinal();
  ring.state[thread.window() % 2] = thread.state();
  std::memcpy(bytes.data() + offsetof(trace::RingChunk, events), thread.events().data(),
              thread.events().size() * sizeof(Event));
  return chunk(trace::ChunkKind::kRing, bytes);
}

void LiveBuilder::write_beside(const std::string& trace_path) const {
  write_file(trace_path + trace::kLiveSuffix, bytes_);
}

// --- files --------------------------------------------------------------------------------------------------------

TemporaryFolder::TemporaryFolder() {
  // In memory where that can be: some tests write thousands of files, and a disk may be busy.
  const std::filesystem::path memory = "/dev/shm";
  const bool usable = ::access(memory.c_str(), W_OK | X_OK) == 0;
  std::string pattern = (usable ? memory : std::filesystem::temp_directory_path()) / "mallocop-test-XXXXXX";
  if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder");
  path_ = pattern;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string TemporaryFolder::file(std::string_view name) const { return path_ + "/" + std::string(name); }

void write_file(const std::string& path, std::span<const uint8_t> bytes) {
  write_file(path, std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
}

void write_file(const std::string& path, std::string_view text) {
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out.write(text.data(), static_cast<std::streamsize>(text.size()));
  if (!out.flush()) throw std::runtime_error("cannot write " + path);
}

}  // namespace mallocop::test
