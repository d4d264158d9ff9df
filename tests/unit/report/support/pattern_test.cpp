#include "report/support/pattern.h"

#include <gtest/gtest.h>

#include <vector>

namespace mallocop::report {
namespace {

struct GlobCase {
  std::string_view pattern;
  std::string_view text;
  bool matches;
};

TEST(Glob, CoversTheWholeText) {
  const std::vector<GlobCase> cases = {
      {"parse", "parse", true},
      {"parse", "parse_line", false},
      {"parse", "reparse", false},
      {"parse*", "parse_line", true},
      {"*", "", true},
      {"*", "anything at all", true},
      {"", "", true},
      {"", "a", false},
      {"a*b*c", "axxbyyc", true},
      {"a*b*c", "axxbyy", false},
      {"a*b", "ab", true},
      {"*ab", "aab", true},
      {"**", "x", true},
      {"BM_map/*/threads:4", "BM_map/1024/threads:4", true},
      {"BM_map/*/threads:4", "BM_map/1024/threads:8", false},
      {"a?c", "abc", false},
      {"mul*add", "mul*add", true},
  };
  for (const GlobCase& row : cases) {
    EXPECT_EQ(glob_matches(row.pattern, row.text), row.matches) << row.pattern << " on " << row.text;
  }
}

TEST(Glob, ManyStarsOnALongTextEndInGoodTime) {
  const std::string text(20'000, 'a');
  EXPECT_FALSE(glob_matches("*a*a*a*a*a*a*a*a*a*a*b", text));
}

TEST(FunctionPattern, SeesANameAsPeopleWriteIt) {
  const std::vector<GlobCase> cases = {
      {"Conductor::dispatch", "Conductor::dispatch(Message const&)", true},
      {"Conductor::dispatch", "Conductor::dispatch(Message const&) const", true},
      {"Conductor::dispatch", "Conductor::dispatch(Message const&) [clone .cold]", true},
      {"Conductor::dispatch", "Conductor::dispatch", true},
      {"Conductor::dispatch", "Conductor::dispatch_all()", false},
      {"Conductor::dispatch", "other::Conductor::dispatch()", false},
      {"*::dispatch", "other::Conductor::dispatch()", true},
      {"dispatch", "Conductor::dispatch(int)", false},
      {"std::locale::*", "std::locale::classic()", true},
      {"std::locale::*", "std::locale::locale(std::locale const&)", true},
      {"std::locale::*", "use(std::locale::category)", false},
      {"std::locale::*", "std::locale::id make<int>(int)", false},
      {"ns::*::parse*", "ns::json::parse_value(char const*)", true},
      {"ns::*::parse*", "int ns::json::parse<int>(char const*)", true},
      {"ns::*::parse*", "ns::run(other::parse_result)", false},
      {"ns::*::parse*", "ns::box<other::parser>::run()", false},
      {"ns::*::parse*", "ns::parse()", false},
      {"std::vector::push_back", "std::vector<int, std::allocator<int> >::push_back(int const&)", true},
      {"std::vector<int*>::push_back", "std::vector<int, std::allocator<int> >::push_back(int const&)", true},
      {"std::vector<long*>::push_back", "std::vector<int, std::allocator<int> >::push_back(int const&)", false},
      {"std::vector::_M_realloc_insert",
       "void std::vector<int, std::allocator<int> >::_M_realloc_insert<int>(int*, int&&)", true},
      {"f(int)", "f(int)", true},
      {"f(int)", "f(long)", false},
      {"f(int)", "f(int) const", true},
      {"f(int) const", "f(int) const", true},
      {"f(std::vector const&)", "f(std::vector<int> const&)", false},
      {"f(std::vector<int> const&)", "f(std::vector<int> const&)", true},
      {"f(std::vector<std::vector<int>>, int)", "f(std::vector<std::vector<int> >, int)", true},
      {"std::to_string", "std::to_string[abi:cxx11](int)", true},
      {"(anonymous namespace)::grow", "(anonymous namespace)::grow(int)", true},
      {"main::{lambda(int)#1}::operator()", "main::{lambda(int)#1}::operator()(int) const", true},
      {"Task::operator()", "Task::operator()()", true},
      {"Task::operator()", "void Task::operator()<int>(int) const", true},
      {"std::function::operator()", "std::function<void (int)>::operator()(int) const", true},
      {"std::operator<<", "std::ostream& std::operator<< <std::char_traits<char> >(std::ostream&, char const*)", true},
      {"operator new", "operator new(unsigned long)", true},
      {"operator new[]", "operator new[](unsigned long)", true},
      {"operator new", "operator new[](unsigned long)", false},
      {"P::operator->", "P::operator->() const", true},
      {"A::operator bool", "A::operator bool() const", true},
      {"malloc", "malloc", true},
      {"parse_line", "parse_line.constprop.0", true},
      {"<alloc::vec::Vec as core::clone::Clone>::clone", "<alloc::vec::Vec<u8> as core::clone::Clone>::clone", true},
      {"alloc::vec::Vec::push", "alloc::vec::Vec<T,A>::push", true},
      {"core::ptr::drop_in_place", "core::ptr::drop_in_place::<u32>", true},
      {"*", "", false},
      {"*", "f", true},
  };
  for (const GlobCase& row : cases) {
    EXPECT_EQ(FunctionPattern(row.pattern).matches(row.text), row.matches) << row.pattern << " on " << row.text;
  }
}

TEST(FunctionPattern, ACompleteNameMatchesItself) {
  const std::vector<std::string_view> names = {
      "void std::vector<int, std::allocator<int> >::_M_realloc_insert<int>(int*, int&&)",
      "decltype(auto) run<int>(int)",
      "unclosed<int",
      "odd)(",
      "a(*)[3]",
      "void (*signal(int, void (*)(int)))(int)",
      " ",
  };
  for (const std::string_view name : names) EXPECT_TRUE(FunctionPattern(name).matches(name)) << name;
}

}  // namespace
}  // namespace mallocop::report
