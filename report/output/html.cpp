// The report as an HTML page: one file that needs no other and no network. What it shows it draws itself, from data
// that stands in it as JSON; texts of the trace are only ever data there.
#include "report/output/html.h"

#include <cstdint>

#include "report/output/html_parts.h"
#include "report/output/outputs.h"
#include "report/output/sections.h"
#include "report/page/shell.h"
#include "report/support/error.h"
#include "report/support/version.h"

namespace mallocop::report {
namespace {

constexpr size_t kMostSites = 20'000;  // with a row of their own

Json totals(const Totals& totals) {
  return {{"allocations", totals.allocations},
          {"bytes", totals.bytes},
          {"frees", totals.frees},
          {"temporary", totals.temporary},
          {"leaked_allocations", totals.leaked_allocations},
          {"leaked_bytes", totals.leaked_bytes},
          {"peak_bytes", totals.peak_bytes}};
}

Json one_profile(const ReportInput& input, const OutputOptions& options, PageTables& tables) {
  const Profile& profile = input.profile;
  PageSites sites;
  Json columns = page_sites(profile, tables, kMostSites, sites);
  Json command = Json::array();
  for (const std::string& word : profile.command) command.push_back(page_text(word));
  Json json = {
      {"command", std::move(command)},
      {"trace", page_text(profile.trace_path)},
      {"duration_s", profile.duration_s},
      {"valid", profile.measurement.valid},
      {"totals", totals(profile.totals)},
      {"operations", page_operations(profile)},
      {"verdict", page_verdict(input, sites)},
      {"after", input.after ? page_after(*input.after) : Json()},
      {"bottlenecks", page_bottlenecks(profile, sites)},
      {"plan", page_plan(input.plan, sites)},
      {"memory", page_memory(profile, sites)},
      {"ledger", page_section(ledger_section(profile, SIZE_MAX))},
      {"sources", page_sources(profile, sites, options.source_root)},
      {"top", options.top},
  };
  json["sites"] = std::move(columns);
  json["sites_without_row"] = sites.without_row;
  return json;
}

// JSON inside an element: the text must not end the element, nor begin a comment in it.
std::string in_shell(const Json& data) {
  const std::string_view shell = page_shell();
  const size_t mark = shell.find(kPageDataMark);
  std::string document(shell.substr(0, mark));
  for (const char byte : data.dump(-1, ' ', true, Json::error_handler_t::replace)) {
    if (byte == '<') {
      document += "\\u003c";
    } else {
      document += byte;
    }
  }
  document += shell.substr(mark + kPageDataMark.size());
  return document;
}

}  // namespace

std::string_view why_no_html() {
  return page_shell().empty() ? "this build of mallocop has no HTML report: its libraries could not be fetched when it "
                                "was built; with a network, configure it again with -Dpage=enabled"
                              : "";
}

Json html_data(const ReportInput* before, const ReportInput& input, const OutputOptions& options) {
  PageTables tables;
  Json data = {{"schema", "mallocop.page/1"}, {"tool_version", tool_version()}};
  data["profile"] = one_profile(input, options, tables);
  data["before"] = before ? one_profile(*before, options, tables) : Json();
  data["tables"] = tables.json();
  return data;
}

std::string write_html(const ReportInput& input, const OutputOptions& options) {
  if (!why_no_html().empty()) throw Error(ExitStatus::kError, std::string(why_no_html()));
  return in_shell(html_data(nullptr, input, options));
}

std::string write_html_diff(const ReportInput& before, const ReportInput& after, const OutputOptions& options) {
  if (!why_no_html().empty()) throw Error(ExitStatus::kError, std::string(why_no_html()));
  return in_shell(html_data(&before, after, options));
}

}  // namespace mallocop::report
