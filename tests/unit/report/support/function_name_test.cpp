#include "report/support/function_name.h"

#include <gtest/gtest.h>

#include <array>
#include <random>
#include <string>
#include <vector>

namespace mallocop::report {
namespace {

struct NameCase {
  std::string_view name;
  std::string_view bare;
};

TEST(FunctionName, WithoutItsPartsIsWhatPeopleCallIt) {
  const std::vector<NameCase> cases = {
      {"", ""},
      {"main", "main"},
      {"unsigned long ns::f<int>(int)", "ns::f"},
      {"decltype(auto) run<int>(int)", "run"},
      {"f(int)::Local::g(char) const", "f::Local::g"},
      {"ns::(anonymous namespace)::f(int)", "ns::(anonymous namespace)::f"},
      {"non-virtual thunk to Base::run()", "Base::run"},
      {"A::operator<(A const&) const", "A::operator<"},
      {"bool operator< <int>(A<int> const&, A<int> const&)", "operator<"},
      {"bool operator==<int>(A<int> const&, A<int> const&)", "operator=="},
      {"A::operator std::vector<int>() const", "A::operator std::vector<int>"},
      {"A::operator<=>(A const&) const", "A::operator<=>"},
      {"operator delete(void*, unsigned long)", "operator delete"},
      {"Km operator\"\" _km(long double)", "operator\"\" _km"},
      {"A& A::operator+=<int>(int)", "A::operator+="},
      {"my_operator<int>(int)", "my_operator"},
      {"parse.part.0", "parse"},
      {"void step<1>() [clone .isra.0]", "step"},
      {"<T as core::fmt::Display>::fmt", "<T as core::fmt::Display>::fmt"},
      {"app::main::{{closure}}", "app::main::{{closure}}"},
  };
  for (const NameCase& row : cases) EXPECT_EQ(FunctionName(row.name).reading({}), row.bare) << row.name;
}

TEST(FunctionName, KeepsThePartsAskedFor) {
  const FunctionName name("int ns::f<char>(long) const");
  EXPECT_EQ(name.reading({.templates = true}), "ns::f<char>");
  EXPECT_EQ(name.reading({.parameters = true}), "ns::f(long)");
  EXPECT_EQ(name.reading({.templates = true, .parameters = true, .suffix = true}), "ns::f<char>(long) const");
}

TEST(FunctionName, KnowsWhichPartsItHas) {
  EXPECT_TRUE(FunctionName("f<int>").has_templates());
  EXPECT_FALSE(FunctionName("f<int>").has_parameters());
  EXPECT_FALSE(FunctionName("A::operator()").has_parameters());
  EXPECT_TRUE(FunctionName("A::operator()()").has_parameters());
  EXPECT_FALSE(FunctionName("(anonymous namespace)::f").has_parameters());
  EXPECT_FALSE(FunctionName("operator<<").has_templates());
}

TEST(FunctionName, AnyTextHasAReading) {
  constexpr std::array<std::string_view, 14> kPieces = {
      "<", ">", "(", ")", "{", "}", "[abi:", "]", "::", " ", "operator", "f", ".", "-"};
  std::minstd_rand random(1);
  for (int round = 0; round < 20'000; ++round) {
    std::string text;
    for (size_t length = random() % 12; length > 0; --length) text += kPieces[random() % kPieces.size()];
    const FunctionName name(text);
    EXPECT_LE(name.reading({true, true, true}).size(), text.size()) << text;
    EXPECT_LE(name.reading({}).size(), name.reading({true, true, true}).size()) << text;
  }
}

TEST(FunctionName, BlanksThatMeanNothingAreDropped) {
  EXPECT_EQ(squeeze_blanks("a<b<c> >"), "a<b<c>>");
  EXPECT_EQ(squeeze_blanks("f(int, char const*)"), "f(int,char const*)");
}

}  // namespace
}  // namespace mallocop::report
