#include "report/trace/ledger.h"

#include <fmt/format.h>

#include <cstring>
#include <initializer_list>

#include "report/trace/saturating.h"

namespace mallocop::report {
namespace {

using trace::LossReason;

class Ledger {
 public:
  Ledger(const LedgerInput& input, Measurement& measurement) : input_(input), out_(measurement) {}

  void write() {
    file();
    ending();
    companion();
    for (const LossEntry& loss : input_.contents.losses) this->loss(loss);
    if (!input_.contents.end) losses_of_companion();
    order();
    out_.valid = out_.reasons.empty();
  }

 private:
  template <typename... Args>
  void reason(fmt::format_string<Args...> text, Args&&... args) {
    out_.reasons.push_back(fmt::format(text, std::forward<Args>(args)...));
  }
  template <typename... Args>
  void note(fmt::format_string<Args...> text, Args&&... args) {
    out_.notes.push_back(fmt::format(text, std::forward<Args>(args)...));
  }

  const TraceContents& contents() const { return input_.contents; }
  bool whole() const { return contents().ending == TraceFile::Ending::kWritten; }

  void file() {
    if (contents().ending == TraceFile::Ending::kCut) {
      reason(
          "the trace is cut: a record begins at byte {} that ends behind the file's last byte ({}); what followed is "
          "missing",
          contents().good_bytes, contents().file_size);
    } else if (!whole()) {
      reason("the trace is damaged at byte {}: what follows there cannot be trusted and was left out",
             contents().good_bytes);
    }
    if (input_.unreadable_windows != 0) reason("{} windows of the trace cannot be decoded", input_.unreadable_windows);
    if (contents().unknown_layouts != 0) {
      reason("{} records are in a layout that this version does not know; use a newer mallocop",
             contents().unknown_layouts);
    }
    if (contents().unknown_records != 0) {
      note("{} records of kinds that this version does not know were left out", contents().unknown_records);
    }
  }

  void ending() {
    out_.finished = contents().end.has_value();
    if (!contents().end) return not_finished();
    const trace::EndRecord& end = *contents().end;
    if (end.windows != contents().windows_before_end || end.events != contents().events_before_end) {
      reason("records are missing: the trace should have {} windows with {} events, and has {} with {}", end.windows,
             end.events, contents().windows_before_end, contents().events_before_end);
    }
    if (end.live_rings != 0 && input_.recovery.state == Recovery::State::kRecovered) {
      note("{} threads still ran when the process ended; their last events were taken from the companion file",
           end.live_rings);
    } else if (end.live_rings != 0) {
      reason("{} threads still ran when the process ended, and the companion file with their last events {}",
             end.live_rings, companion_state());
    }
    if (end.sealed != 0) {
      note(
          "the process ended without running its exit handlers (_exit), or while threads of its still ran; its last "
          "events were added to the trace when it was gone");
    }
    if (end.children == 0) return;
    if (out_.events == 0) {
      reason(
          "nothing was measured in this process, but it started other programs, which were not measured; "
          "measure one of them directly");
    } else {
      note("the process started other programs, which were not measured");
    }
  }

  void not_finished() {
    const uint64_t recovered = input_.recovery.events;
    if (input_.recovery.state != Recovery::State::kRecovered) {
      if (whole()) {
        reason(
            "the trace has no end record, so the process did not end in order, and the companion file with its last "
            "events {}",
            companion_state());
      }
    } else if (whole()) {
      reason(
          "the process did not end in order: it was killed, or still runs; its last {} events were taken from the "
          "companion file",
          recovered);
    }
  }

  const char* companion_state() const {
    switch (input_.recovery.state) {
      case Recovery::State::kMissing:
        return "is missing";
      case Recovery::State::kForeign:
        return "cannot be used";
      case Recovery::State::kDamaged:
        return "is damaged";
      case Recovery::State::kRecovered:
        break;
    }
    return "was read";
  }

  void companion() {
    const bool needed = !contents().end || contents().end->live_rings != 0;
    if (input_.recovery.problem.empty()) return;
    if (input_.recovery.state == Recovery::State::kDamaged && needed) {
      reason("the companion file is damaged ({}); some of the last events are missing", input_.recovery.problem);
    } else {
      note("the companion file was not used: {}", input_.recovery.problem);
    }
  }

  static std::string detail(const LossEntry& loss) {
    return loss.detail.empty() ? std::string() : fmt::format(" ({})", loss.detail);
  }

  void loss(const LossEntry& loss) {
    switch (loss.reason) {
      case LossReason::kEventsDropped:
        saturating_add_to(out_.events_lost, loss.count);
        return reason("{} events are missing because there was no room for them{}", loss.count, detail(loss));
      case LossReason::kThreadsUntracked:
        saturating_add_to(out_.events_lost, loss.count);
        return reason("{} events are missing of threads for which there was no room{}", loss.count, detail(loss));
      case LossReason::kTraceCannotGrow:
        saturating_add_to(out_.events_lost, loss.count);
        return reason("recording stopped early because the trace could not grow{}", detail(loss));
      case LossReason::kNotInterposed:
        return reason("another allocator stands before mallocop, so what it hands out was not seen{}", detail(loss));
      case LossReason::kCallsTooDeep:
        return reason("{} calls of operations are missing: they were nested deeper than {}", loss.count,
                      trace::kMaxOpenCalls);
      case LossReason::kUnmatchedCallEnds:
        return reason("an operation was ended {} times where it was not open; begin and end must be in one thread{}",
                      loss.count, detail(loss));
      case LossReason::kNotDetoured:
        return reason("the calls of a function could not be counted{}", detail(loss));
      case LossReason::kEngineMissing:
        return note("there was no unwinder, so stacks have one frame{}", detail(loss));
    }
    reason("events were lost for a reason that this version does not know (number {}){}",
           static_cast<unsigned>(loss.reason), detail(loss));
  }

  // A process that ends in order writes these as records; one that does not leaves them in the companion.
  void losses_of_companion() {
    const Recovery& recovery = input_.recovery;
    if (recovery.events_dropped != 0) loss({LossReason::kEventsDropped, recovery.events_dropped, {}});
    if (recovery.calls_too_deep != 0) loss({LossReason::kCallsTooDeep, recovery.calls_too_deep, {}});
    if (recovery.unmatched_call_ends != 0) loss({LossReason::kUnmatchedCallEnds, recovery.unmatched_call_ends, {}});
    if (recovery.trace_cannot_grow != 0) {
      const int error = static_cast<int>(recovery.trace_cannot_grow & 0xffff);
      loss({LossReason::kTraceCannotGrow, 0, std::strerror(error)});
    }
  }

  void order() {
    const ReplayResult& replay = input_.replay;
    out_.ambiguous_frees = replay.ambiguous_frees;
    if (replay.owed_frees != 0) {
      reason("order: {} blocks were replaced at their address by another, and no event freed them", replay.owed_frees);
    }
    if (input_.orphan_calls != 0) reason("{} calls of operations lack their beginning", input_.orphan_calls);
    if (replay.unknown_frees != 0) note("frees of blocks that no event allocated: {}", replay.unknown_frees);
    if (replay.windows_overlap) {
      note("there were {} threads, and some ran at once: of the peak, two bounds are known (memory)", replay.threads);
    }
  }

  const LedgerInput& input_;
  Measurement& out_;
};

}  // namespace

void write_ledger(const LedgerInput& input, Measurement& measurement) { Ledger(input, measurement).write(); }

}  // namespace mallocop::report
