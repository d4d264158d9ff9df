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
  bool for_check;  // `check` offers it, not only `report` and `run`
  bool separated;  // an empty line stands between two documents
  // The document, ending with a newline; "" if the extent leaves nothing to say.
  std::string (*write)(const ReportInput&, const OutputOptions&);
};

std::span<const Output> outputs();

// The row of that name; null if there is none.
const Output* find_output(std::string_view name);

// What the outputs are made of.
Page build_page(const ReportInput& input, const OutputOptions& options);  // no sections: nothing to say
// Whatever the extent: a program that asked for JSON expects a document.
std::string write_json(const ReportInput& input, const OutputOptions& options);

}  // namespace mallocop::report
