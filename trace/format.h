// The names and sizes of the trace format.
//
// docs/trace-format.md is the specification; this header is its vocabulary and is the only place where its numbers
// are written down. The shim writes the format and the reporter reads it: neither knows anything else of the other.
//
// Everything in a trace is little endian. A trace is a FileHeader followed by records; a record is a RecordHeader
// followed by `length` bytes of payload, padded with zeros to a multiple of kRecordAlignment. A header of zeros ends
// the written part: a trace that is still being written, or whose writer was killed, has only zeros after it.
//
// This header allocates nothing, throws nothing and includes only freestanding headers: the shim uses it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace mallocop::trace {

inline constexpr uint8_t kTraceMagic[8] = {'m', 'c', 'o', 'p', '\r', '\n', 0x1a, '\n'};
inline constexpr uint8_t kLiveMagic[8] = {'m', 'c', 'o', 'L', '\r', '\n', 0x1a, '\n'};

// The version a writer writes, and the oldest version a reader must know to read what this writer wrote.
inline constexpr uint16_t kFormatVersion = 4;
inline constexpr uint16_t kMinimumReaderVersion = 4;

// The companion has a version of its own, and is read by a reporter of that version only: it is what is in flight in
// one run, and what events and open calls look like changes more often than what is made of them.
inline constexpr uint16_t kLiveVersion = 4;

// The companion of `X.mcop` is `X.mcop.live`.
inline constexpr char kLiveSuffix[] = ".live";

struct FileHeader {
  uint8_t magic[8];
  uint16_t version;
  uint16_t minimum_reader_version;
  uint32_t header_size;   // bytes; where the first record starts
  uint64_t session;       // the same in the trace and its companion, different in every process
  uint64_t feature_mask;  // bits a reader must know to read this trace; none are defined in version 1
  uint32_t process_id;
  uint32_t reserved;
  uint64_t unused[2];
  uint64_t checksum;  // XXH3-64 of the bytes before it
};
static_assert(sizeof(FileHeader) == 64);

inline constexpr size_t kRecordAlignment = 8;

struct RecordHeader {
  uint32_t length;    // bytes of payload, padding not counted
  uint16_t type;      // a RecordType
  uint16_t version;   // of the payload's layout; 1 for all of them now
  uint64_t checksum;  // XXH3-64 of the payload, seeded with the eight bytes above
};
static_assert(sizeof(RecordHeader) == 16);

// A payload longer than this is damage, not data.
inline constexpr uint32_t kMaxRecordLength = 16U << 20;

enum class RecordType : uint16_t {
  kEndOfData = 0,        // a header of zeros: nothing was written from here on
  kProcess = 1,          // who was measured, as named texts
  kModule = 2,           // one mapped executable or library
  kFrames = 3,           // a run of nodes of the stack tree
  kOperation = 4,        // the name of an operation
  kWindow = 5,           // what one thread did between two folds
  kLoss = 6,             // something that could not be recorded
  kEnd = 7,              // the process ended and all its windows are here; carries the counts to check against
  kFunction = 8,         // code that belongs to an operation
  kBatch = 9,            // a batch of a harness: which thread ran how many iterations, and when
  kHarness = 10,         // what the harness itself said of the run; added by whoever waited for the process
  kCallSite = 11,        // a return address behind a call of an operation's function
  kUncertainEntry = 12,  // an operation's function was entered, and what it ends in cannot be told from its caller's
};

// --- Stacks -------------------------------------------------------------------------------------------------------
// A stack is a node of a tree: a return address and the node of the caller. A parent's id is always smaller than its
// children's, so that no walk towards the root can loop.
using StackId = uint32_t;
inline constexpr StackId kUnknownStack = 0;  // the stack could not be taken at all
inline constexpr StackId kToolStack = 1;     // a block of mallocop's own; never counted
inline constexpr StackId kFirstStack = 2;    // the first node; smaller ids have no node
inline constexpr StackId kNoParent = 0;      // the parent of an outermost frame

enum NodeFlags : uint16_t {
  kNodeTruncated = 1,     // outermost frame known, but not where the thread began: more frames were there
  kNodeExactAddress = 2,  // the address is that of an instruction (a signal frame), not a return address
};

// --- Modules ------------------------------------------------------------------------------------------------------
using ModuleIndex = uint16_t;
inline constexpr ModuleIndex kNoModule = 0xffff;  // an address outside every module (JIT, hand-written code)
inline constexpr size_t kMaxModules = 0xfffe;
inline constexpr size_t kMaxModulePath = 8192;  // bytes; twice what the kernel can open

// --- Operations ---------------------------------------------------------------------------------------------------
using OperationId = uint32_t;
inline constexpr OperationId kOutside = 0;  // what happens outside every operation
inline constexpr OperationId kMaxOperations = 1U << 24;
inline constexpr size_t kMaxOperationName = 1024;  // bytes
inline constexpr size_t kMaxOpenCalls = 256;       // calls open at once in one thread
inline constexpr size_t kMaxHarnessKind = 64;      // bytes
inline constexpr std::string_view kGoogleBenchmarkJson = "google-benchmark-json";

// The first calls of each operation of a thread are kept in their order, so that a warm-up can be left out later;
// after them equal calls of a window are counted together.
inline constexpr uint32_t kOrderedCalls = 1024;

enum class OperationSource : uint8_t { kMark = 1, kFunction = 2, kGoogleBenchmark = 3 };

// --- Loss ---------------------------------------------------------------------------------------------------------
enum class LossReason : uint8_t {
  kEventsDropped = 1,      // no room: `count` events are missing
  kThreadsUntracked = 2,   // more threads at once than there are slots; `count` events of theirs are missing
  kTraceCannotGrow = 3,    // disk full, file-size limit or the file is gone; recording stopped
  kNotInterposed = 4,      // another malloc stands before ours; the process was not seen
  kCallsTooDeep = 5,       // operations nested deeper than kMaxOpenCalls; `count` calls are missing
  kUnmatchedCallEnds = 6,  // an operation was ended that was not open in this thread
  kEngineMissing = 7,      // no unwinder: stacks have one frame
  kNotDetoured = 8,        // a function's entries could not be counted: `detail` says which, and why
};

// --- Windows ------------------------------------------------------------------------------------------------------
// Bits of a call.
inline constexpr unsigned kCallBegins = 1;
inline constexpr unsigned kCallEnds = 2;
inline constexpr unsigned kCallIsOrdered = 4;
inline constexpr unsigned kCallSaysWhen = 8;  // how many blocks are listed before its end

// What an entry of a window's list of blocks is, and bits beside it: what else is there.
enum class BlockEntry : uint8_t { kAlloc = 0, kFree = 1, kTemporaryFree = 2, kPair = 3 };
inline constexpr unsigned kBlockEntryMask = 3;
inline constexpr unsigned kBlockHasLevel = 4;
inline constexpr unsigned kBlockHasStamp = 8;  // not of a pair
inline constexpr unsigned kBlockPairEnds = 8;  // of a pair
inline constexpr unsigned kBlockOfPart = 16;   // of an allocation: of a call that is not whole in this window

// --- Latency ------------------------------------------------------------------------------------------------------
// Durations, in ticks, are counted in buckets: exact below 64, then 64 to each power of two (at most 1.6 % wide).
inline constexpr unsigned kLatencySubBits = 6;

constexpr unsigned latency_bucket(uint64_t ticks) {
  if (ticks < (1U << kLatencySubBits)) return static_cast<unsigned>(ticks);
  const unsigned shift = 63U - static_cast<unsigned>(__builtin_clzll(ticks)) - kLatencySubBits;
  return ((shift + 1) << kLatencySubBits) + static_cast<unsigned>((ticks >> shift) & ((1U << kLatencySubBits) - 1));
}

// The largest duration that falls into `bucket`: figures made from buckets never flatter.
constexpr uint64_t latency_bucket_upper(unsigned bucket) {
  if (bucket < (2U << kLatencySubBits)) return bucket;
  const unsigned shift = (bucket >> kLatencySubBits) - 1;
  const uint64_t mantissa = (1U << kLatencySubBits) + (bucket & ((1U << kLatencySubBits) - 1));
  return (mantissa << shift) + ((uint64_t{1} << shift) - 1);
}

inline constexpr unsigned kLatencyBuckets = latency_bucket(~uint64_t{0}) + 1;

}  // namespace mallocop::trace
