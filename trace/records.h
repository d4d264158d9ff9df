// The small records of a trace: process, module, frames, operation, loss, end.
//
// The structs are views: texts point into the caller's memory (when writing) or into the trace (when reading).
// Encoding allocates nothing and is used by the shim; decoding is the reporter's and returns nothing on damage.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "trace/bytes.h"
#include "trace/format.h"
#include "trace/live.h"

namespace mallocop::trace {

// Who was measured, as (name, value) texts. Names: see docs/trace-format.md. Unknown names are kept, not refused.
struct ProcessField {
  std::string_view name;
  std::string_view value;
};
inline constexpr std::string_view kFieldProgram = "program";           // path of the executable
inline constexpr std::string_view kFieldArgument = "argument";         // once for each of argv
inline constexpr std::string_view kFieldDirectory = "directory";       // working directory at start
inline constexpr std::string_view kFieldCommandName = "command-name";  // the kernel's name of the process
inline constexpr std::string_view kFieldToolVersion = "tool-version";
inline constexpr std::string_view kFieldLibc = "libc";            // "glibc 2.36"
inline constexpr std::string_view kFieldAllocator = "allocator";  // file that the real malloc lies in
inline constexpr std::string_view kFieldArchitecture = "architecture";
inline constexpr std::string_view kFieldStartTicks = "start-ticks";              // decimal numbers
inline constexpr std::string_view kFieldStartNanoseconds = "start-nanoseconds";  // CLOCK_MONOTONIC at start-ticks
inline constexpr std::string_view kFieldStartTime = "start-time";        // CLOCK_REALTIME, nanoseconds since 1970
inline constexpr std::string_view kFieldWholeProcess = "whole-process";  // an operation whose calls count other threads
inline constexpr std::string_view kFieldUnwinder = "unwinder";           // "libunwind", or "none": see LossReason

void encode_process(ByteWriter& out, std::span<const ProcessField> fields);

struct ModuleRecord {
  ModuleIndex index = kNoModule;
  uint64_t bias = 0;   // load address minus link address, as in link_map::l_addr
  uint64_t begin = 0;  // first and past the last mapped address
  uint64_t end = 0;
  std::string_view path;
  std::string_view build_id;  // raw bytes; empty if it has none
};
void encode_module(ByteWriter& out, const ModuleRecord& module);
std::optional<ModuleRecord> decode_module(std::span<const uint8_t> payload);

// A run of nodes with ids `first`, `first + 1` ….
void encode_frames(ByteWriter& out, StackId first, std::span<const StackNode> nodes);

struct OperationRecord {
  OperationId id = kOutside;
  OperationSource source = OperationSource::kMark;
  std::string_view name;
};
void encode_operation(ByteWriter& out, const OperationRecord& operation);
std::optional<OperationRecord> decode_operation(std::span<const uint8_t> payload);

// Code of an operation: a frame with an address in it belongs to the operation's innermost call.
struct FunctionRecord {
  OperationId operation = kOutside;
  uint64_t begin = 0;  // as mapped; the module is known by the address
  uint64_t end = 0;
};
void encode_function(ByteWriter& out, const FunctionRecord& function);
std::optional<FunctionRecord> decode_function(std::span<const uint8_t> payload);

// A call of an operation's function, from which a stack goes on in another function: the one that the function ended in
// a jump to. Frames right below such a return address belong to the operation.
struct CallSiteRecord {
  OperationId operation = kOutside;
  uint64_t return_address = 0;  // as mapped
};
void encode_call_site(ByteWriter& out, const CallSiteRecord& site);
std::optional<CallSiteRecord> decode_call_site(std::span<const uint8_t> payload);

// A function that ends in others, by a jump, was entered by something else than a direct call of it: what these
// allocate then is not seen as the operation's.
struct UncertainEntryRecord {
  OperationId operation = kOutside;
  StackId caller = kUnknownStack;  // one frame: where the function returns to
  std::string_view ends_in;        // what the operation's functions end in, for a person
};
void encode_uncertain_entry(ByteWriter& out, const UncertainEntryRecord& entry);
std::optional<UncertainEntryRecord> decode_uncertain_entry(std::span<const uint8_t> payload);

// One batch of Google Benchmark in one thread, written when it ended: the operation, which is the batch's own, is named
// by the reporter.
struct BatchRecord {
  OperationId operation = kOutside;
  uint32_t thread_ordinal = 0;
  uint64_t iterations = 0;
  uint64_t begin_ticks = 0;
  uint64_t end_ticks = 0;
  uint64_t caller = 0;  // return address in the function that runs the iterations, as mapped
};
void encode_batch(ByteWriter& out, const BatchRecord& batch);
std::optional<BatchRecord> decode_batch(std::span<const uint8_t> payload);

// What a harness said of its run: `kind` says in which language. Written by the launcher, behind all that the shim
// wrote.
struct HarnessRecord {
  std::string_view kind;
  std::string_view text;
};
void encode_harness(ByteWriter& out, const HarnessRecord& harness);
std::optional<HarnessRecord> decode_harness(std::span<const uint8_t> payload);

struct LossRecord {
  LossReason reason = LossReason::kEventsDropped;
  uint64_t count = 0;
  std::string_view detail;  // for a person; may be empty
};
void encode_loss(ByteWriter& out, const LossRecord& loss);
std::optional<LossRecord> decode_loss(std::span<const uint8_t> payload);

// The process ended, and the trace has what it did until then. A later end record replaces an earlier one.
struct EndRecord {
  uint64_t windows = 0;  // window records in the trace
  uint64_t events = 0;   // events in them
  uint64_t threads = 0;  // threads that had a ring
  uint64_t end_ticks = 0;
  uint64_t end_nanoseconds = 0;  // CLOCK_MONOTONIC at end_ticks
  uint64_t live_rings = 0;       // rings of threads that still ran: their last events are in the companion
  uint64_t children = 0;         // 1: the process waited for children, which were not measured with it
  uint64_t sealed = 0;           // 1: written after the process was gone, by whoever waited for it
};
void encode_end(ByteWriter& out, const EndRecord& end);
std::optional<EndRecord> decode_end(std::span<const uint8_t> payload);

}  // namespace mallocop::trace
