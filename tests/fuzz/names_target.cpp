// One name: demangled, shortened, matched and escaped. Up to the first newline it is a pattern, from there on a name.
#include <algorithm>
#include <string_view>

#include "report/output/escape.h"
#include "report/support/function_name.h"
#include "report/support/pattern.h"
#include "report/symbols/demangle.h"
#include "report/symbols/short_name.h"
#include "report/symbols/user_code.h"
#include "tests/fuzz/memory_bound.h"
#include "tests/fuzz/target.h"
#include "tests/support/harmless.h"

namespace mallocop::fuzz {
namespace {

void check_escapes(std::string_view name) {
  const std::string plain = report::escape_controls(name);
  expect_no(test::harm_in_text(plain));
  expect(plain.find('\n') == std::string::npos, "an escaped text is one line");
  expect(report::escape_controls(plain) == plain, "what is escaped stays as it is");
  const size_t width = report::display_width(plain) / 2;
  const std::string cut = report::cut_to_width(plain, width);
  expect(report::display_width(cut) <= width, "what is cut fits");
  expect_no(test::harm_in_text(cut));
  const std::string cell = report::escape_markdown(name);
  expect(cell.find('\n') == std::string::npos, "an escaped cell is one line");
  expect_no(test::harm_in_markdown("| " + cell + " |\n| --- |\n"));
}

void run(std::string_view pattern, std::string_view name) {
  const std::string function = report::demangle(name);
  for (const std::string& text : {function, report::short_name(function), report::bare_name(function)}) {
    check_escapes(text);
  }
  check_escapes(name);
  report::Frame frame;
  frame.function = function;
  frame.file = name;
  expect(!(report::is_user_frame(frame) && report::is_allocation_function(frame)), "no frame is both");
  expect(report::glob_matches(name, name) || name.find('*') != std::string_view::npos, "a name matches itself");
  expect(function.empty() || report::FunctionPattern(function).matches(function), "a function matches itself");
  static_cast<void>(report::FunctionPattern(pattern).matches(function));
  const report::FunctionName parts(function);
  for (const bool templates : {false, true}) {
    for (const bool parameters : {false, true}) static_cast<void>(parts.reading({templates, parameters, templates}));
  }
}

}  // namespace
}  // namespace mallocop::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const size_t end = std::min(text.find('\n'), size);
  const mallocop::fuzz::MemoryBound bound(size, 128, size_t{1} << 20);
  mallocop::fuzz::run(text.substr(0, end), text.substr(std::min(end + 1, size)));
  return 0;
}
