// The table of formats, and the two that are a page.
#include "report/output/outputs.h"

#include <algorithm>
#include <array>

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

constexpr std::array<Output, 3> kOutputs = {{
    {"text", "for a terminal", true, true, write_text},
    {"markdown", "for a web page or a comment on a change", false, true, write_markdown},
    {"json", "for programs, see docs/report-schema.md", true, false, write_json},
}};

}  // namespace

std::span<const Output> outputs() { return kOutputs; }

const Output* find_output(std::string_view name) {
  const auto found =
      std::find_if(kOutputs.begin(), kOutputs.end(), [&](const Output& one) { return one.name == name; });
  return found == kOutputs.end() ? nullptr : &*found;
}

}  // namespace mallocop::report
