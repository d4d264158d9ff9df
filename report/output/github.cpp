// GitHub's annotations: a workflow that prints them shows each broken limit at the line of the user's that allocates.
#include <fmt/format.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "report/output/escape.h"
#include "report/output/outputs.h"
#include "report/output/source_place.h"
#include "report/output/verdict_text.h"

namespace mallocop::report {
namespace {

constexpr size_t kMostCulprits = 5;

// A command ends at its line, and a property at a comma or colon: these are written as in an address.
bool ends_message(char byte) { return byte == '%' || byte == '\r' || byte == '\n'; }
bool ends_property(char byte) { return ends_message(byte) || byte == ':' || byte == ','; }

std::string property(const std::string& text) { return percent_encoded(escape_controls(text), ends_property); }

std::string message(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines)
    text += (text.empty() ? "" : "%0A") + percent_encoded(escape_controls(line), ends_message);
  return text;
}

std::string annotation(std::string_view level, const std::optional<SourcePlace>& place, const std::string& title,
                       const std::vector<std::string>& lines) {
  const std::string where = place ? fmt::format("file={},line={},", property(place->file), place->line) : "";
  return fmt::format("::{} {}title={}::{}\n", level, where, property(title), message(lines));
}

std::string violation_annotation(const Profile& profile, const Violation& one, const SourceRoot& root) {
  std::vector<std::string> lines = {violation_text(one)};
  std::optional<SourcePlace> place;
  const std::vector<Culprit> culprits = culprits_of(profile, one);
  for (size_t i = 0; i < culprits.size(); ++i) {
    for (const size_t site : culprits[i].sites) {
      if (place) break;
      place = source_place(profile, profile.sites[site], root);
    }
    if (i < kMostCulprits) lines.push_back(culprit_text(culprits[i]));
  }
  if (culprits.size() > kMostCulprits) lines.push_back(fmt::format("and {} more", culprits.size() - kMostCulprits));
  if (!place) place = limit_place(one.source, root);
  return annotation("error", place, "mallocop: " + operation_text(one.operation), lines);
}

}  // namespace

std::string write_github(const ReportInput& input, const OutputOptions& options) {
  const SourceRoot root(options.source_root);
  const Profile& profile = input.profile;
  std::string text;
  const std::vector<std::string>& reasons = invalid_reasons(input);
  if (!reasons.empty()) text += annotation("error", std::nullopt, "mallocop: the measurement is not valid", reasons);
  if (!input.verdict) return text;
  for (const Violation& one : input.verdict->violations) text += violation_annotation(profile, one, root);
  if (!input.verdict->patch.empty()) {
    text += annotation("notice", std::nullopt, "mallocop: better than the baseline",
                       {"mallocop check --strict prints the patch to commit"});
  }
  for (const std::string& note : input.verdict->notes) text += annotation("notice", std::nullopt, "mallocop", {note});
  return text;
}

}  // namespace mallocop::report
