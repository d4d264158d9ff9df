#include "tests/fuzz/check_report.h"

#include <algorithm>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "report/causes/causes.h"
#include "report/commands/after.h"
#include "report/export/formats.h"
#include "report/harness/name_batches.h"
#include "report/support/error.h"
#include "report/symbols/demangle.h"
#include "report/symbols/symbolize.h"
#include "report/symbols/user_code.h"
#include "report/verdict/baseline.h"
#include "report/verdict/baseline_check.h"
#include "report/verdict/baseline_json.h"
#include "report/verdict/checks.h"
#include "tests/fuzz/small_measurement.h"
#include "tests/fuzz/target.h"
#include "tests/support/harmless.h"

namespace mallocop::fuzz {
namespace {

using report::Frame;
using report::Profile;
using report::ReportInput;

// "FILE\nFUNCTION", of which either may be missing. Names are copied into each frame, so they are kept short.
void name_frames(Profile& profile) {
  constexpr size_t kLongest = 4096;
  for (Frame& frame : profile.frames) {
    const std::string_view path = std::string_view(frame.module).substr(0, kLongest);
    const size_t end = std::min(path.find('\n'), path.size());
    frame.file = path.substr(0, end);
    frame.function = report::demangle(path.substr(std::min(end + 1, path.size())));
    frame.line = static_cast<uint32_t>(frame.offset);
  }
}

Profile symbolized(report::LoadedTrace loaded) {
  for (report::Module& module : loaded.modules) {
    if (module.path.starts_with('/')) module.path.insert(0, ".");  // only absolute paths are opened
  }
  report::symbolize(loaded, {});
  name_frames(loaded.profile);
  loaded.profile.modules = std::move(loaded.modules);
  return std::move(loaded.profile);
}

void judge(ReportInput& input) {
  report::CheckRequest request;
  request.use_default_budget = false;
  request.limits = {"*:allocs<=0", "*:latency.p99<=1us", "total:leaked_bytes<=0"};
  request.forbidden = {"*a*"};
  request.today = std::chrono::year_month_day{};
  input.verdict = report::check(input.profile, request);
}

void compare_with_itself(ReportInput& input) {
  const std::string json = report::baseline_to_json(report::make_baseline(input.profile, "before"));
  report::Baseline baseline = report::baseline_from_json(json);
  expect(report::baseline_to_json(baseline) == json, "a baseline is the same when it was read back");
  baseline.name = "before";
  report::Verdict ignored;
  report::check_baseline(input.profile, baseline, {}, true, ignored);
  input.after = report::make_after(input.profile, baseline);
}

// The whole page always; of the others one, which depends on the trace: all of them would make fuzzing slow.
void check_all_outputs(const ReportInput& input) {
  const report::OutputOptions others[] = {{.extent = report::Extent::kVerdict},
                                          {.extent = report::Extent::kFailure},
                                          {.top = 1000, .width = 60, .color = true, .compact = true}};
  check_outputs(input, {});
  check_outputs(input, others[input.profile.totals.bytes % std::size(others)]);
}

// One format for other programs, which depends on the trace too; of those that are text.
void check_an_export(const ReportInput& input) {
  const std::span<const report::ExportFormat> formats = report::export_formats();
  const report::ExportFormat& format = formats[input.profile.totals.allocations % formats.size()];
  std::string text;
  report::ExportStream stream([&](const std::string& piece) { text += piece; });
  format.write({input.profile, report::export_metrics().data()}, stream);
  stream.finish();
  if (format.binary) return;
  std::replace(text.begin(), text.end(), '\t', ' ');  // perf's
  expect_no(test::harm_in_text(text));
}

}  // namespace

void check_profile(const Profile& profile) {
  expect(profile.measurement.valid == profile.measurement.reasons.empty(), "what is not valid has a reason");
  for (const report::Site& site : profile.sites) {
    expect(site.stack < profile.stacks.size(), "a site's stack exists");
    expect(!site.operation || *site.operation < profile.operations.size(), "a site's operation exists");
    expect(!site.location || *site.location < profile.frames_of(site).size(), "a site's location exists");
  }
}

report::LoadOptions options_with_names() {
  report::LoadOptions options;
  options.name_batches = [](const report::TraceContents& contents, std::optional<double> scale) {
    const auto functions_at = [](const std::vector<uint64_t>& addresses, const report::TraceContents& /*contents*/) {
      std::vector<std::string> names;
      for (const uint64_t address : addresses) names.push_back(address % 4 == 0 ? "" : std::to_string(address % 4));
      return names;
    };
    return report::name_batches(contents, scale, functions_at);
  };
  return options;
}

void check_report(report::LoadedTrace loaded) {
  ReportInput input;
  input.profile = symbolized(std::move(loaded));
  report::locate_sites(input.profile);
  report::explain_sites(input.profile);
  input.plan = report::make_plan(input.profile);
  check_profile(input.profile);
  judge(input);
  compare_with_itself(input);
  check_all_outputs(input);
  check_an_export(input);
}

}  // namespace mallocop::fuzz
