// What was measured, as the rest of the reporter sees it: the one structure between reading a trace and saying
// something about it.
//
// A Profile is plain data with no opinion. Analysis (report/trace, report/symbols) fills it; verdicts, causes and
// outputs only read it. Terms are those of docs/glossary.md; what is counted is said in docs/report-schema.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "report/model/frame.h"
#include "report/model/memory.h"
#include "report/model/module.h"
#include "report/model/ranking.h"
#include "report/model/rational.h"

namespace mallocop::report {

// So many calls had a value in this range, both ends included.
struct ValueCount {
  Rational from;
  Rational to;  // not below `from`
  uint64_t calls = 0;
};

// A metric over the calls of an operation. With batches (`mallocop_op_end_n`) a call's value is its share of the batch.
struct Distribution {
  uint64_t total = 0;
  Rational mean;
  Rational min;
  Rational p50;  // smallest value that at least 50 % of the calls do not exceed
  Rational p99;
  Rational max;
  Rational share;  // of the calls, how many have a value that is not zero
  // All calls, by value: kMostValues ranges at most, which are single values where there are no more than that.
  std::vector<ValueCount> histogram;

  static constexpr size_t kMostValues = 64;
};

struct Latency {
  double mean_ns = 0;
  double min_ns = 0;
  double p50_ns = 0;  // upper end of a bucket at most 1.6 % wide
  double p99_ns = 0;
  double max_ns = 0;
  double throughput_per_s = 0;  // calls divided by the time spent inside them
};

// What a harness says of the time of one iteration, by its own clock: the mean over its repetitions.
struct HarnessTime {
  double real_ns = 0;
  double cpu_ns = 0;
};

// When, over an operation's calls, a site allocates.
enum class Pattern { kEveryOp, kFirstOpOnly, kAmortisedGrowth, kSomeOps, kOutsideOps };

struct Site {
  size_t stack = 0;                 // index into Profile::stacks
  std::optional<size_t> operation;  // index into Profile::operations; none: outside of all
  uint64_t allocations = 0;
  uint64_t bytes = 0;  // requested
  uint64_t temporary = 0;
  uint64_t reallocations = 0;  // of the allocations, second halves of a realloc
  uint64_t smallest = 0;       // requested bytes
  uint64_t largest = 0;
  uint64_t leaked_allocations = 0;
  uint64_t leaked_bytes = 0;
  uint64_t peak_blocks = 0;  // live at the peak of the process
  uint64_t peak_bytes = 0;
  // Of the allocations, those of calls that are not measured, while others are: calls of the warm-up, or without an
  // end. They are in no figure of the operation.
  uint64_t left_out_allocations = 0;
  uint64_t left_out_bytes = 0;
  uint64_t calls = 0;  // of the operation's (measured) calls, how many allocate here
  Pattern pattern = Pattern::kOutsideOps;
  // The same of all stacks that are of the same functions and lines, as the cause analysis finds out (copied_calls.h).
  uint64_t calls_at_lines = 0;
  std::optional<size_t> location;  // index into the stack's frames: the first that is the user's own code
  // Filled by the cause analysis; "unknown" is an answer, empty texts are not shown. Many sites have the same: the
  // texts are Profile::texts, or live for ever.
  std::string_view cause = "unknown";
  std::string_view type;      // "std::vector<int>": the class that the advice is about; may be empty
  std::string_view evidence;  // why that is thought to be the cause
  std::string_view advice;
  std::string_view expected_impact;

  uint64_t measured_allocations() const { return allocations - left_out_allocations; }
  uint64_t measured_bytes() const { return bytes - left_out_bytes; }
  // What the ranking counts.
  uint64_t counted(Ranking ranking) const {
    switch (ranking) {
      case Ranking::kAllocations:
        return measured_allocations();
      case Ranking::kBytes:
        return measured_bytes();
      case Ranking::kTemporary:
        return temporary;
      case Ranking::kPeak:
        return peak_bytes;
      case Ranking::kLeaked:
        return leaked_bytes;
    }
    return 0;
  }
};

// Calls of a function that ends in others by a jump: where it was entered by anything but a direct call of it, what is
// allocated in those is not seen as its own.
struct UncertainEntries {
  std::string ends_in;         // for a person
  std::vector<Stack> callers;  // one frame each; the first few
};

struct Operation {
  std::string name;
  std::string source;   // "mark", "function", "google-benchmark"
  uint64_t count = 0;   // calls (iterations) measured, warm-up left out
  uint64_t warmup = 0;  // calls left out
  // What other threads allocated during its calls is in `allocations` and `bytes`, and in no site of it.
  bool whole_process = false;
  Distribution allocations;
  Distribution bytes;
  Distribution frees;
  Distribution temporary;
  Distribution peak;               // most bytes of a call's own blocks live at once; of a batch undivided
  Distribution net;                // bytes of a call's own blocks still live when it ended
  std::optional<Latency> latency;  // of all calls: histograms do not tell warm-up calls apart
  std::optional<HarnessTime> harness_time;
  std::optional<UncertainEntries> uncertain_entries;  // then its figures may be too low
  std::vector<size_t> sites;                          // most allocations first
};

struct Totals {
  uint64_t allocations = 0;
  uint64_t bytes = 0;
  uint64_t frees = 0;
  uint64_t temporary = 0;
  uint64_t leaked_allocations = 0;
  uint64_t leaked_bytes = 0;
  uint64_t peak_bytes = 0;
  uint64_t live_allocations_unknown = 0;  // frees of blocks that no event allocated
};

// The ledger: how far the measurement can be trusted.
struct Measurement {
  bool valid = true;
  std::vector<std::string> reasons;  // why it is not
  std::vector<std::string> notes;    // what else a reader should know
  bool finished = true;              // the process ended in order
  uint64_t events = 0;
  uint64_t events_lost = 0;
  uint64_t events_recovered = 0;  // of `events`, found in the rings of a process that did not end in order
  uint64_t allocations_with_truncated_stack = 0;  // `stacks_truncated` in JSON
  uint64_t ambiguous_frees = 0;
  uint64_t frames = 0;             // distinct
  uint64_t frames_symbolised = 0;  // of them, with a function name
  uint64_t threads = 0;
  uint64_t processes = 1;
};

struct Profile {
  std::string trace_path;
  std::vector<std::string> command;  // argv of the measured process
  std::string program;               // path of its executable
  uint64_t session = 0;              // differs from process to process
  uint32_t process_id = 0;
  uint64_t start_time_ns = 0;                                    // since 1970; 0: not known
  std::vector<std::pair<std::string, std::string>> fingerprint;  // "libc", "allocator", "architecture", …
  Measurement measurement;
  Totals totals;
  std::vector<Operation> operations;  // in order of first call
  std::vector<Site> sites;            // most allocations first, operations' sites before others
  std::vector<Stack> stacks;
  std::vector<StackNode> nodes;                    // of all stacks, perhaps of more; a parent before its children
  std::vector<Frame> frames;                       // of all stacks, each distinct one once
  std::vector<Module> modules;                     // that addresses of the frames lie in
  std::shared_ptr<std::deque<std::string>> texts;  // that sites refer to; a copy of the Profile shares them
  MemoryTimeline memory;
  Ranking ranking = Ranking::kAllocations;  // of bottlenecks and the plan
  bool whole_names = false;                 // a page shows names as they are instead of what a reader needs of them
  double duration_s = 0;                    // from the shim's start to the end of the last window

  StackFrames frames_of(const Stack& stack) const { return {stack, nodes, frames}; }
  // Empty if the site's stack is none of this profile.
  StackFrames frames_of(const Site& site) const {
    return site.stack < stacks.size() ? frames_of(stacks[site.stack]) : StackFrames();
  }
};

}  // namespace mallocop::report
