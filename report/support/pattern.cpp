#include "report/support/pattern.h"

#include "report/support/function_name.h"

namespace mallocop::report {

bool glob_matches(std::string_view pattern, std::string_view text) {
  size_t p = 0;
  size_t t = 0;
  size_t star = std::string_view::npos;  // the last `*` met, and how far the text was when it was tried last
  size_t resume = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resume = t;
    } else if (p < pattern.size() && pattern[p] == text[t]) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

FunctionPattern::FunctionPattern(std::string_view pattern) : text_(pattern), comparable_(squeeze_blanks(pattern)) {
  const FunctionName parts(pattern);
  parameters_ = parts.has_parameters();
  templates_ = parts.has_templates();
}

bool FunctionPattern::matches(std::string_view function) const {
  if (function.empty()) return false;
  if (function == text_) return true;
  const FunctionName name(function);
  const auto reads_as = [&](bool suffix) {
    return glob_matches(comparable_, squeeze_blanks(name.reading({templates_, parameters_, suffix})));
  };
  return reads_as(false) || (parameters_ && reads_as(true));
}

}  // namespace mallocop::report
