// *Ledger*: how far the measurement can be trusted, and what it was made with.
#include <fmt/format.h>

#include "report/output/figures.h"
#include "report/output/sections.h"
#include "report/support/units.h"

namespace mallocop::report {
namespace {

std::string trust(const Measurement& ledger) {
  std::string text =
      fmt::format("{} of {} in {}; {} lost; {}; {}", counted(ledger.events, "event", "events"),
                  counted(ledger.processes, "process", "processes"), counted(ledger.threads, "thread", "threads"),
                  format_count(ledger.events_lost),
                  ledger.allocations_with_truncated_stack == 0
                      ? "no stack truncated"
                      : fmt::format("{} with a truncated stack",
                                    counted(ledger.allocations_with_truncated_stack, "allocation", "allocations")),
                  ledger.ambiguous_frees == 0 ? "no free ambiguous"
                                              : counted(ledger.ambiguous_frees, "ambiguous free", "ambiguous frees"));
  if (ledger.frames > 0) {
    text += fmt::format("; {} of {} named", percent(ledger.frames_symbolised, ledger.frames),
                        counted(ledger.frames, "frame", "frames"));
  }
  return text;
}

}  // namespace

Section ledger_section(const Profile& profile, size_t most_notes) {
  const Measurement& ledger = profile.measurement;
  Section section{"Ledger", {}};
  section.item(0, "",
               {{ledger.valid ? "valid" : "INVALID", ledger.valid ? Tone::kGood : Tone::kBad}, {": " + trust(ledger)}});
  if (ledger.events_recovered > 0) {
    section.line(fmt::format("{} recovered after the process did not end in order",
                             counted(ledger.events_recovered, "event was", "events were")),
                 Tone::kWarning);
  }
  for (size_t i = 0; i < ledger.notes.size() && i < most_notes; ++i) section.line("note: " + ledger.notes[i]);
  if (ledger.notes.size() > most_notes) {
    section.line(fmt::format("and {} (JSON has all)", counted(ledger.notes.size() - most_notes, "note", "notes")),
                 Tone::kDim);
  }
  if (!profile.fingerprint.empty()) {
    std::string made_with;
    for (const auto& [name, value] : profile.fingerprint) {
      made_with += fmt::format("{}{} {}", made_with.empty() ? "" : ", ", name, value);
    }
    section.line("measured with: " + made_with, Tone::kDim);
  }
  section.line("trace: " + profile.trace_path, Tone::kDim);
  return section;
}

}  // namespace mallocop::report
