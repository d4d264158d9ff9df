// Patterns with `*`, as --op, --forbid, [op."..."] and [[allow]] take them. docs/budgets.md says the same to users.
//
// `*` stands for any run of characters, none included and `::` included; every other character stands for itself. A
// pattern always covers a whole name: `parse` is not `parse_line`, `parse*` is both.
#pragma once

#include <string>
#include <string_view>

namespace mallocop::report {

// Whether `pattern` covers the whole of `text`. Time is linear in their product at worst. For operations' names.
bool glob_matches(std::string_view pattern, std::string_view text);

// A pattern for functions. A demangled name says more than people write, so what the pattern does not spell out is left
// out of the name before they are compared:
//   - parameter lists, with the `const`, `&` or `[clone ...]` behind them, unless the pattern has a parameter list;
//   - template arguments and ABI tags, unless the pattern has template arguments;
//   - the return type, always.
// So `ns::parse*` means `int ns::parse_line<char>(ns::View) const` but not `run(ns::parse_result)`. A pattern that is
// the complete name, as a report shows it, matches that name.
class FunctionPattern {
 public:
  explicit FunctionPattern(std::string_view pattern);

  const std::string& text() const { return text_; }

  // `function` is a demangled name; an empty one (not known) matches nothing, not even `*`.
  bool matches(std::string_view function) const;

 private:
  std::string text_;
  std::string comparable_;  // without differences of white space that mean nothing
  bool parameters_ = false;
  bool templates_ = false;
};

}  // namespace mallocop::report
