// The order of things: read the file, recover what the companion holds, walk the windows once, and put the sums of
// blocks, sites and calls together.
#include "report/trace/load_profile.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <limits>
#include <numeric>
#include <tuple>
#include <unordered_map>

#include "report/support/pattern.h"
#include "report/trace/calls.h"
#include "report/trace/clock.h"
#include "report/trace/ledger.h"
#include "report/trace/memory_view.h"
#include "report/trace/operation_table.h"
#include "report/trace/recovery.h"
#include "report/trace/replay.h"
#include "report/trace/saturating.h"
#include "report/trace/site_table.h"
#include "report/trace/stack_table.h"
#include "report/trace/trace_contents.h"
#include "report/trace/trace_file.h"
#include "trace/window.h"

namespace mallocop::report {
namespace {

// Fields of the process record that say what was measured, not where it ran or when.
constexpr std::string_view kFingerprintFields[] = {trace::kFieldLibc, trace::kFieldAllocator, trace::kFieldArchitecture,
                                                   trace::kFieldToolVersion, trace::kFieldUnwinder};

// All stacks of a Profile together have at most this many frames; a trace that asks for more is made up. From there
// on stacks keep their innermost frames only.
constexpr size_t kMaxFramesInAll = size_t{16} << 20;
constexpr uint32_t kFramesPastIt = 16;

constexpr size_t kProgressStep = 256;  // windows

bool has_one_thread(const TraceContents& contents) {
  std::optional<uint32_t> only;
  for (const WindowPayload& window : contents.windows) {
    const std::optional<trace::WindowHead> head = trace::decode_window_head(window.bytes);
    if (!head || only.value_or(head->thread_ordinal) != head->thread_ordinal) return false;
    only = head->thread_ordinal;
  }
  return true;
}

class Loader {
 public:
  Loader(const std::string& path, const LoadOptions& options)
      : options_(options),
        file_(path),
        contents_(read_contents(file_)),
        recovery_(recover(path, file_.header().session, contents_)),
        batch_names_(names_of_batches()),
        stacks_(contents_.nodes, contents_.modules),
        operations_(contents_.operations, batch_names_.names),
        blocks_(std::in_place, has_one_thread(contents_), start_of(contents_).value_or(Moment()).ticks),
        calls_(operations_, [this](const std::string& name) { return warmup_of(name); }) {
    profile_.trace_path = path;
  }

  LoadedTrace load() {
    std::vector<StackNodeEntry>().swap(contents_.nodes);  // the stack table has them
    describe_process();
    start_ = end_ = start_of(contents_);
    for (size_t window = 0; window < contents_.windows.size(); ++window) {
      if (options_.progress && window % kProgressStep == 0) {
        options_.progress("reading windows", window, contents_.windows.size());
      }
      add_window(contents_.windows[window]);
    }
    if (contents_.end) latest({contents_.end->end_ticks, contents_.end->end_nanoseconds});
    calls_.finish();
    // Half of the memory is needed no more when the profile comes: it goes as soon as it can.
    finish_blocks();
    std::vector<SiteCounts> sites = sites_.take_sites();
    add_totals(sites);
    add_operations();
    add_uncertain_entries();
    stacks_.forget_ids();
    add_sites(sites);
    std::vector<SiteCounts>().swap(sites);
    profile_.memory =
        memory_view(std::move(profile_.memory),
                    {replay_, start_.value_or(Moment()).ticks, seconds_per_tick(), site_places_}, profile_);
    add_ledger();
    std::vector<SiteBlocks>().swap(replay_.sites);
    for (const Operation& operation : profile_.operations) check_function(operation);
    LoadedTrace result;
    result.profile = std::move(profile_);
    std::tie(result.profile.nodes, result.raw_nodes) = stacks_.take_tree();
    result.raw_frames = stacks_.take_frames();
    result.modules = stacks_.take_modules();
    return result;
  }

 private:
  uint64_t warmup_of(const std::string& name) const {
    for (const WarmupRule& rule : options_.warmup) {
      if (glob_matches(rule.pattern, name)) return rule.calls;
    }
    return 0;
  }

  BatchNames names_of_batches() const {
    if (!options_.name_batches || (contents_.batches.empty() && contents_.harness_outputs.empty())) return {};
    std::optional<Moment> end;
    if (contents_.end) end = Moment{contents_.end->end_ticks, contents_.end->end_nanoseconds};
    return options_.name_batches(contents_, nanoseconds_per_tick(start_of(contents_), end));
  }

  void describe_process() {
    profile_.program = contents_.field(trace::kFieldProgram);
    profile_.session = file_.header().session;
    profile_.process_id = file_.header().process_id;
    profile_.start_time_ns = start_time_of(contents_).value_or(0);
    for (const auto& [name, value] : contents_.process) {
      if (name == trace::kFieldArgument) profile_.command.push_back(value);
      if (std::find(std::begin(kFingerprintFields), std::end(kFingerprintFields), name) !=
          std::end(kFingerprintFields)) {
        profile_.fingerprint.emplace_back(name, value);
      }
    }
    if (profile_.command.empty() && !contents_.field(trace::kFieldProgram).empty()) {
      profile_.command.push_back(contents_.field(trace::kFieldProgram));
    }
  }

  void latest(const Moment& moment) {
    if (moment.nanoseconds != 0 && (!end_ || moment.ticks > end_->ticks)) end_ = moment;
  }

  void add_window(const WindowPayload& payload) {
    if (!trace::decode_window(payload.bytes, window_)) {
      ++unreadable_windows_;
      return;
    }
    site_numbers_.clear();
    for (const trace::WindowSite& site : window_.sites) {
      const StackNumber stack = stacks_.number_of(site.stack);
      site_numbers_.push_back(sites_.add(site, stack, operations_.number_of(site.operation)));
      if (stack != kToolStackNumber && stacks_.truncated(stack)) {
        saturating_add_to(profile_.measurement.allocations_with_truncated_stack, site.allocations);
      }
    }
    // Also of a trace that was sealed: there the end of such a window is not known either (see recovery.cpp).
    const bool open_ended = payload.recovered || window_.end_ticks == std::numeric_limits<uint64_t>::max();
    blocks_->add(window_, site_numbers_, open_ended);
    calls_.add(window_, site_numbers_);
    saturating_add_to(profile_.measurement.events, window_.events);
    if (payload.recovered) saturating_add_to(profile_.measurement.events_recovered, window_.events);
    latest({window_.end_ticks, window_.end_nanoseconds});
  }

  double seconds_per_tick() const { return nanoseconds_per_tick(start_, end_).value_or(0) / 1e9; }

  void finish_blocks() {
    profile_.memory = blocks_->timeline().build(seconds_per_tick(), options_.snapshots);
    replay_ = blocks_->finish();
    blocks_.reset();
  }

  void add_totals(const std::vector<SiteCounts>& sites) {
    Totals& totals = profile_.totals;
    for (const SiteCounts& site : sites) {
      saturating_add_to(totals.allocations, site.allocations);
      saturating_add_to(totals.bytes, site.bytes);
    }
    totals.frees = replay_.frees;
    totals.temporary = replay_.temporary;
    totals.leaked_allocations = replay_.leaked_allocations;
    totals.leaked_bytes = replay_.leaked_bytes;
    totals.peak_bytes = replay_.peak_bytes;
    totals.live_allocations_unknown = replay_.unknown_frees;
    if (start_ && end_) {
      profile_.duration_s = static_cast<double>(saturating_subtract(end_->nanoseconds, start_->nanoseconds)) / 1e9;
    }
  }

  void add_operations() {
    const std::optional<double> scale = nanoseconds_per_tick(start_, end_);
    for (const uint32_t number : calls_.order()) {
      operation_places_[number] = profile_.operations.size();
      profile_.operations.push_back(calls_.take_operation(number, scale));
      Operation& operation = profile_.operations.back();
      operation.whole_process = contents_.has_field(trace::kFieldWholeProcess, operation.name);
      if (operation.source == kGoogleBenchmark) add_harness_time(operation);
      if (const uint64_t calls = calls_.unended(number); calls != 0) {
        note(fmt::format("{} calls of \"{}\" had not ended and are left out", calls, operation.name));
      }
      if (operation.warmup != 0 && operation.latency) {
        note(fmt::format("the latency of \"{}\" includes its {} warm-up calls", operation.name, operation.warmup));
      }
    }
  }

  void add_uncertain_entries() {
    for (const UncertainEntry& entry : contents_.uncertain_entries) {
      const auto place = operation_places_.find(operations_.number_of(entry.operation));
      if (place == operation_places_.end()) continue;
      std::optional<UncertainEntries>& known = profile_.operations[place->second].uncertain_entries;
      if (!known) known = UncertainEntries{entry.ends_in, {}};
      known->callers.push_back(stacks_.stack_of(stacks_.number_of(entry.caller)));
    }
  }

  // A batch is timed as a whole, and it has pauses: the harness knows better.
  void add_harness_time(Operation& operation) {
    operation.latency.reset();
    const auto time = batch_names_.times.find(operation.name);
    if (time != batch_names_.times.end()) operation.harness_time = time->second;
  }

  // Every allocation of a function is one of a call of it. Where that is not so its figures are too low.
  void check_function(const Operation& operation) {
    if (operation.source != kFunctionSource || operation.warmup != 0) return;
    uint64_t allocations = 0;
    for (const size_t site : operation.sites) saturating_add_to(allocations, profile_.sites[site].allocations);
    if (allocations == operation.allocations.total) return;
    profile_.measurement.valid = false;
    profile_.measurement.reasons.push_back(fmt::format("{} allocations of \"{}\" belong to no call of it that was seen",
                                                       saturating_subtract(allocations, operation.allocations.total),
                                                       operation.name));
  }

  void note(std::string text) { profile_.measurement.notes.push_back(std::move(text)); }

  void add_sites(const std::vector<SiteCounts>& counts) {
    struct Rank {  // what counts, beside the number: a sort that looked it up would go all over the memory
      bool outside;
      uint64_t fewer_allocations;  // complements, so that the most come first
      uint64_t fewer_bytes;
      SiteNumber number;
      auto operator<=>(const Rank&) const = default;
    };
    std::vector<Rank> order;
    order.reserve(counts.size());
    for (SiteNumber number = 0; number < counts.size(); ++number) {
      const SiteCounts& site = counts[number];
      if (site.allocations == 0) continue;
      order.push_back({site.operation == kOutsideNumber, ~site.allocations, ~site.bytes, number});
    }
    std::sort(order.begin(), order.end());
    profile_.sites.reserve(order.size());
    profile_.stacks.reserve(order.size());
    site_places_.resize(counts.size());
    for (const Rank& rank : order) {
      site_places_[rank.number] = profile_.sites.size();
      add_site(rank.number, counts[rank.number]);
    }
  }

  void add_site(SiteNumber number, const SiteCounts& counts) {
    Site site;
    site.stack = stack_place(counts.stack);
    site.allocations = counts.allocations;
    site.bytes = counts.bytes;
    site.temporary = counts.temporary;
    site.reallocations = counts.reallocations;
    site.smallest = counts.smallest;
    site.largest = counts.largest;
    site.calls = calls_.calls_at(number);
    site.pattern = calls_.pattern_of(number, counts);
    if (number < replay_.sites.size()) {
      const SiteBlocks& blocks = replay_.sites[number];
      saturating_add_to(site.temporary, blocks.temporary);
      site.leaked_allocations = blocks.leaked_allocations;
      site.leaked_bytes = blocks.leaked_bytes;
      site.peak_blocks = blocks.peak.blocks;
      site.peak_bytes = blocks.peak.bytes;
    }
    if (counts.operation != kOutsideNumber) {
      site.operation = operation_places_.at(counts.operation);
      Operation& operation = profile_.operations[*site.operation];
      operation.sites.push_back(profile_.sites.size());
      if (operation.count != 0) {
        const SiteShare measured = calls_.measured_at(number);
        site.left_out_allocations = saturating_subtract(counts.allocations, measured.allocations);
        site.left_out_bytes = saturating_subtract(counts.bytes, measured.bytes);
      }
    }
    profile_.sites.push_back(site);
  }

  size_t stack_place(StackNumber stack) {
    const auto [place, added] = stack_places_.insert(stack);
    if (added) {
      const uint32_t limit = frames_ < kMaxFramesInAll ? StackTable::kMaxFrames : kFramesPastIt;
      *place = profile_.stacks.size();
      profile_.stacks.push_back(stacks_.stack_of(stack, limit));
      frames_ += std::min(stacks_.depth(stack), limit);
    }
    return *place;
  }

  void add_ledger() {
    profile_.measurement.threads = replay_.threads;
    auto& [names, times, reasons, notes] = batch_names_;
    std::move(reasons.begin(), reasons.end(), std::back_inserter(profile_.measurement.reasons));
    std::move(notes.begin(), notes.end(), std::back_inserter(profile_.measurement.notes));
    const LedgerInput input{contents_, recovery_, replay_, unreadable_windows_, calls_.orphans()};
    write_ledger(input, profile_.measurement);
  }

  const LoadOptions& options_;
  TraceFile file_;
  TraceContents contents_;
  Recovery recovery_;
  BatchNames batch_names_;
  StackTable stacks_;
  OperationTable operations_;
  SiteTable sites_;
  std::optional<BlockReplay> blocks_;  // until they are finished
  CallReplay calls_;

  Profile profile_;
  ReplayResult replay_;
  std::optional<Moment> start_;
  std::optional<Moment> end_;
  uint64_t unreadable_windows_ = 0;
  size_t frames_ = 0;
  trace::Window window_;                  // the one at hand
  std::vector<SiteNumber> site_numbers_;  // of its sites
  std::unordered_map<uint32_t, size_t> operation_places_;
  FlatMap<size_t> stack_places_;
  std::vector<size_t> site_places_;  // by SiteNumber
};

}  // namespace

LoadedTrace load_trace(const std::string& path, const LoadOptions& options) { return Loader(path, options).load(); }

}  // namespace mallocop::report
