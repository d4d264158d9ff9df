// Traces and companions made by hand, for tests: records with right checksums, windows made from structs or folded
// from events by the code that the shim uses.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "trace/event.h"
#include "trace/fold.h"
#include "trace/live.h"
#include "trace/records.h"
#include "trace/window.h"

namespace mallocop::test {

using Bytes = std::vector<uint8_t>;

// A window as its payload: the opposite of decode_window(), for windows that no fold would make.
Bytes encode_window(const trace::Window& window);

// The events of one thread, in order. fold() takes what came since the last fold as a window, as the shim does.
class ThreadEvents {
 public:
  explicit ThreadEvents(uint32_t ordinal, uint64_t begin_ticks = 1000);

  ThreadEvents& alloc(uint64_t address, uint64_t size, trace::StackId stack, uint32_t stamp = 0);
  ThreadEvents& free(uint64_t address);
  // Of a block that the thread cannot prove to be its own.
  ThreadEvents& free_unproved(uint64_t address, uint32_t stamp);
  ThreadEvents& realloc(uint64_t from, uint64_t to, uint64_t size, trace::StackId stack);
  // Tokens are those of a thread's calls in order: an end belongs to the innermost open call.
  ThreadEvents& begin(trace::OperationId operation, uint64_t ticks);
  ThreadEvents& end(uint64_t ticks, uint64_t iterations = 1);
  // The operation's function is entered so many times, each with the stack pointer at the same place and so many calls
  // of it around.
  ThreadEvents& enter(trace::OperationId operation, uint64_t stack_pointer, uint32_t times = 1, uint32_t around = 0);
  ThreadEvents& switch_to(uint64_t coroutine);
  ThreadEvents& event(const trace::Event& event);
  // An alloc and its free.
  ThreadEvents& pair(uint64_t address, uint64_t size, trace::StackId stack) {
    return alloc(address, size, stack).free(address);
  }

  // `functions` may be null: no operation is a function.
  Bytes fold(uint64_t end_ticks, const trace::FunctionFrames* functions = nullptr);

  // As a ring of the companion would hold it: what has not been folded yet.
  const std::vector<trace::Event>& events() const { return events_; }
  const trace::FoldState& state() const { return state_; }
  uint32_t ordinal() const { return ordinal_; }
  uint32_t window() const { return window_; }

 private:
  struct Call {
    trace::OperationId operation;
    uint32_t token;
  };
  uint32_t ordinal_;
  uint32_t window_ = 0;
  uint32_t tokens_ = 0;
  std::vector<Call> open_;
  std::vector<trace::Event> events_;
  trace::FoldState state_{};
};

// Clock of built traces: a tick is two nanoseconds, and tick 1000 is nanosecond 5000.
constexpr uint64_t nanoseconds_at(uint64_t ticks) { return 5000 + (ticks - 1000) * 2; }

class TraceBuilder {
 public:
  static constexpr uint64_t kSession = 0x0123456789abcdef;

  explicit TraceBuilder(uint64_t session = kSession);

  // A process record with what every trace has, and `arguments`.
  TraceBuilder& process(std::initializer_list<std::string_view> arguments = {"./bench"});
  TraceBuilder& module(const trace::ModuleRecord& module);
  TraceBuilder& frames(trace::StackId first, std::span<const trace::StackNode> nodes);
  // Stacks of one frame each, with ids from kFirstStack and addresses from 0x1000 on, in module 0.
  TraceBuilder& simple_stacks(size_t count);
  TraceBuilder& operation(trace::OperationId id, std::string_view name,
                          trace::OperationSource source = trace::OperationSource::kMark);
  TraceBuilder& function(const trace::FunctionRecord& function);
  TraceBuilder& call_site(const trace::CallSiteRecord& site);
  TraceBuilder& batch(const trace::BatchRecord& batch);
  TraceBuilder& harness(std::string_view kind, std::string_view text);
  TraceBuilder& window(std::span<const uint8_t> payload);
  TraceBuilder& window(const trace::Window& window) { return this->window(encode_window(window)); }
  TraceBuilder& loss(const trace::LossRecord& loss);
  // An end record whose counts fit what was written.
  TraceBuilder& end(uint64_t end_ticks, uint64_t live_rings = 0, uint64_t children = 0);
  TraceBuilder& record(trace::RecordType type, std::span<const uint8_t> payload, uint16_t layout = 1);

  const Bytes& bytes() const { return bytes_; }
  // Writes the trace and returns its path.
  std::string write(const std::string& path) const;

 private:
  Bytes bytes_;
  uint64_t windows_ = 0;
  uint64_t events_ = 0;
};

// Puts right the checksums of a trace whose payload bytes were changed, as far as its records can be walked.
void reseal(Bytes& trace);

class LiveBuilder {
 public:
  explicit LiveBuilder(uint64_t session = TraceBuilder::kSession);

  trace::LiveHeader& header();
  // Nodes with ids from `first` on; all in the first chunk.
  LiveBuilder& nodes(trace::StackId first, std::span<const trace::StackNode> nodes);
  // A ring that has published what `thread` has not folded.
  LiveBuilder& ring(const ThreadEvents& thread);
  LiveBuilder& chunk(trace::ChunkKind kind, const Bytes& bytes);

  Bytes& bytes() { return bytes_; }
  // Writes the companion of the trace at `trace_path`.
  void write_beside(const std::string& trace_path) const;

 private:
  Bytes bytes_;
};

// A folder that goes away with the object.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  std::string file(std::string_view name) const;

 private:
  std::string path_;
};

void write_file(const std::string& path, std::span<const uint8_t> bytes);
void write_file(const std::string& path, std::string_view text);

}  // namespace mallocop::test
