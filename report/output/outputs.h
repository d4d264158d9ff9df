// The formats of a report: one file and one row of the table each.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "report/output/page.h"
#include "report/output/report_input.h"

namespace mallocop::report {

struct Output {
  std::string_view name;  // as --format takes it
  std::string_view description;
  bool of_verdicts;  // shows nothing but a verdict: `report`, which has none, does not offer it
  // The part of one trace, ending with a newline; "" if the extent leaves nothing to say.
  std::string (*write)(const ReportInput&, const OutputOptions&);
  // The document made of the parts of all traces.
  std::string (*join)(std::span<const std::string> parts);
  bool of_one_trace = false;                // there is no document of several
  std::string_view (*lacking)() = no_lack;  // why this build cannot write it, and what to do; "" if it can
  bool shows_snapshots = false;             // of live memory: MemoryTimeline::snapshots

  static std::string_view no_lack() { return ""; }
};

std::span<const Output> outputs();

// The row of that name; null if there is none.
const Output* find_output(std::string_view name);

// The document made of the parts of all traces; "" if there is nothing in any.
std::string join_parts(const Output& output, std::span<const std::string> parts);

// The document of one trace.
std::string write_document_of(const Output& output, const ReportInput& input, const OutputOptions& options);

// What the outputs are made of.
Page build_page(const ReportInput& input, const OutputOptions& options);  // no sections: nothing to say
// Whatever the extent: a program that asked for JSON expects a document.
std::string write_json(const ReportInput& input, const OutputOptions& options);
std::string write_junit(const ReportInput& input, const OutputOptions& options);
std::string join_junit(std::span<const std::string> suites);
// Throw Error (kUsage) if the source root is no folder.
std::string write_sarif(const ReportInput& input, const OutputOptions& options);
std::string join_sarif(std::span<const std::string> runs);
std::string write_github(const ReportInput& input, const OutputOptions& options);
// Whatever the extent, too. Throws Error (kError) if this build has no page.
std::string write_html(const ReportInput& input, const OutputOptions& options);

}  // namespace mallocop::report
