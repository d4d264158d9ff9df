#include "tests/fuzz/small_measurement.h"

#include "report/output/budget_draft.h"
#include "report/output/html.h"
#include "report/output/outputs.h"
#include "report/verdict/budget_file.h"
#include "tests/fuzz/target.h"
#include "tests/support/harmless.h"
#include "tests/unit/report/verdict/profile_builder.h"

namespace mallocop::fuzz {

report::ReportInput small_measurement() {
  static const report::Profile profile = [] {
    report::test::ProfileBuilder builder;
    builder.operation("parse", 10, 3, {{{"malloc", "std::locale::locale(char const*)", "parse"}, 20, 100, 1}})
        .operation("ns::send", 4, 0, {})
        .outside({{"operator new(unsigned long)", "main"}, 5, 8, 2});
    builder.edit().fingerprint = {{"libc", "glibc 2.36"}};
    return builder.get();
  }();
  report::ReportInput input;
  input.profile = profile;
  input.verdict.emplace();
  return input;
}

void check_outputs(const report::ReportInput& input, const report::OutputOptions& options) {
  expect_no(test::harm_in_text(report::find_output("text")->write(input, options), options.color));
  expect_no(test::harm_in_markdown(report::find_output("markdown")->write(input, options)));
  expect_no(test::harm_in_json(report::find_output("json")->write(input, options)));
  for (const char* const format : {"junit", "github"}) {
    const report::Output& output = *report::find_output(format);
    expect_no(test::harm_in_text(report::write_document_of(output, input, options)));
  }
  expect_no(test::harm_in_json(report::write_document_of(*report::find_output("sarif"), input, options)));
  expect_no(test::harm_in_json(report::html_data(&input, input, options).dump(-1, ' ', true)));
  report::parse_budget(report::draft_budget(input.profile), "draft");  // throws if it is none
}

}  // namespace mallocop::fuzz
