// The table of formats, and the two that are a page.
#include "report/output/outputs.h"

#include <algorithm>
#include <array>

#include "report/output/html.h"
#include "report/output/render.h"

namespace mallocop::report {
namespace {

std::string write_text(const ReportInput& input, const OutputOptions& options) {
  const Page page = build_page(input, options);
  return page.sections.empty() ? "" : render_text(page, {options.width, options.color});
}

std::string write_markdown(const ReportInput& input, const OutputOptions& options) {
  const Page page = build_page(input, options);
  return page.sections.empty() ? "" : render_markdown(page);
}

std::string join_lines(std::span<const std::string> parts) {
  std::string document;
  for (const std::string& part : parts) document += part;
  return document;
}

// Pages are set off by an empty line.
std::string join_pages(std::span<const std::string> parts) {
  std::string document;
  for (const std::string& part : parts) {
    if (!document.empty() && !part.empty()) document += '\n';
    document += part;
  }
  return document;
}

constexpr std::array<Output, 7> kOutputs = {{
    {"text", "for a terminal", false, write_text, join_pages},
    {"markdown", "for a web page, a comment on a change or a job's summary", false, write_markdown, join_pages},
    {"json", "for programs, see docs/report-schema.md", false, write_json, join_lines},
    {"junit", "test results for CI systems: JUnit XML", true, write_junit, join_junit},
    {"sarif", "results beside the lines of a change: SARIF 2.1.0", true, write_sarif, join_sarif},
    {"html", "for a browser: one file to look around in and to send to others", false, write_html, join_lines, true,
     why_no_html, true},
    {"github", "annotations of GitHub's workflows", true, write_github, join_lines},
}};

}  // namespace

std::span<const Output> outputs() { return kOutputs; }

const Output* find_output(std::string_view name) {
  const auto found =
      std::find_if(kOutputs.begin(), kOutputs.end(), [&](const Output& one) { return one.name == name; });
  return found == kOutputs.end() ? nullptr : &*found;
}

std::string join_parts(const Output& output, std::span<const std::string> parts) {
  const bool any = std::any_of(parts.begin(), parts.end(), [](const std::string& part) { return !part.empty(); });
  return any ? output.join(parts) : "";
}

std::string write_document_of(const Output& output, const ReportInput& input, const OutputOptions& options) {
  const std::string part = output.write(input, options);
  return join_parts(output, {&part, 1});
}

}  // namespace mallocop::report
