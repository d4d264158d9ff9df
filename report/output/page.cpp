// The performance engineer's page, from top to bottom.
#include "report/output/outputs.h"
#include "report/output/sections.h"

namespace mallocop::report {
namespace {

constexpr size_t kLongestCommand = 200;

std::string command_line(const Profile& profile) {
  if (profile.command.empty()) return profile.trace_path;
  std::string text;
  for (const std::string& argument : profile.command) {
    if (!text.empty()) text += ' ';
    text += argument;
    if (text.size() > kLongestCommand) return text.substr(0, kLongestCommand) + "...";
  }
  return text;
}

}  // namespace

Page build_page(const ReportInput& input, const OutputOptions& options) {
  const Profile& profile = input.profile;
  const bool passed = profile.measurement.valid && (!input.verdict || input.verdict->status == ExitStatus::kOk);
  Page page;
  if (options.extent == Extent::kFailure && passed) return page;
  const bool whole = options.extent == Extent::kWhole;
  page.title = (whole ? "Performance analysis: " : "") + command_line(profile);
  if (whole) {
    page.sections.push_back(baseline_section(profile, options));
    page.sections.push_back(bottlenecks_section(profile, options));
    if (!input.plan.empty()) page.sections.push_back(plan_section(input.plan, options));
  }
  if (input.after && options.extent != Extent::kFailure) page.sections.push_back(after_section(*input.after));
  if (input.verdict && !input.verdict->compared.empty() && options.extent == Extent::kVerdict) {
    page.sections.push_back(limits_section(*input.verdict, options));
  }
  Section verdict = verdict_section(profile, input.verdict);
  if (!verdict.blocks.empty()) page.sections.push_back(std::move(verdict));
  if (options.extent != Extent::kFailure) page.sections.push_back(ledger_section(profile));
  return page;
}

}  // namespace mallocop::report
