#include "report/symbols/short_name.h"

#include <gtest/gtest.h>

#include <string>

namespace mallocop::report {
namespace {

struct Row {
  const char* demangled;
  const char* expected;
};

class ShortName : public testing::TestWithParam<Row> {};

TEST_P(ShortName, ShowsWhatAReaderNeeds) { EXPECT_EQ(short_name(GetParam().demangled), GetParam().expected); }

INSTANTIATE_TEST_SUITE_P(
    Plain, ShortName,
    testing::Values(Row{"main", "main"}, Row{"malloc", "malloc"},
                    Row{"Conductor::dispatch(Message const&)", "Conductor::dispatch"},
                    Row{"void run<int>(int)", "run<int>"},
                    Row{"(anonymous namespace)::parse(char const*)", "(anonymous namespace)::parse"},
                    Row{"bar() [clone .isra.0]", "bar"}, Row{"foo[abi:cxx11](int)", "foo"},
                    Row{"non-virtual thunk to Foo::run()", "Foo::run"},
                    Row{"TLS init function for ns::counter", "TLS init function for ns::counter"}));

INSTANTIATE_TEST_SUITE_P(
    Templates, ShortName,
    testing::Values(
        Row{"std::vector<int, std::allocator<int> >::push_back(int const&)", "std::vector<int>::push_back"},
        Row{"void std::vector<int, std::allocator<int> >::_M_realloc_insert<int "
            "const&>(__gnu_cxx::__normal_iterator<int*, "
            "std::vector<int, std::allocator<int> > >, int const&)",
            "std::vector<int>::_M_realloc_insert<int const&>"},
        Row{"std::__cxx11::basic_string<char, std::char_traits<char>, std::allocator<char> >::_M_create(unsigned "
            "long&, "
            "unsigned long)",
            "std::string::_M_create"},
        Row{"std::__1::basic_string<char, std::__1::char_traits<char>, std::__1::allocator<char> >::append(char "
            "const*)",
            "std::string::append"},
        Row{"std::map<int, std::__cxx11::basic_string<char, std::char_traits<char>, std::allocator<char> >, "
            "std::less<int>, std::allocator<std::pair<int const, int> > >::operator[](int const&)",
            "std::map<int, std::string>::operator[]"},
        Row{"std::map<int, int, Backwards, std::allocator<int> >::at(int)",
            "std::map<int, int, Backwards, std::allocator<int>>::at"},
        Row{"std::pair<int, std::allocator<int> >::pair()", "std::pair<int, std::allocator<int>>::pair"},
        Row{"std::basic_ostream<char, std::char_traits<char> >& std::operator<< <std::char_traits<char> "
            ">(std::basic_ostream<char, std::char_traits<char> >&, char const*)",
            "std::operator<<"},
        Row{"std::_Function_handler<void (int), run()::{lambda(int)#1}>::_M_invoke(std::_Any_data const&, int&&)",
            "std::_Function_handler<void (int), run::{lambda#1}>::_M_invoke"},
        Row{"Table<Aaaaaaaaaaaaaaaaaaaaaaaaa, Bbbbbbbbbbbbbbbbbbbbbbbbbbbbbb, Ccccccccccccc>::find(int)",
            "Table<...>::find"},
        Row{"std::filesystem::__cxx11::path::path(std::filesystem::__cxx11::path const&)",
            "std::filesystem::path::path"},
        Row{"std::__1::__fs::filesystem::path::path(std::__1::__fs::filesystem::path const&)",
            "std::filesystem::path::path"}));

INSTANTIATE_TEST_SUITE_P(
    Characters, ShortName,
    testing::Values(
        Row{"std::__cxx11::basic_string<char, std::char_traits<char>, std::allocator<char> > std::operator+<char, "
            "std::char_traits<char>, std::allocator<char> >(char const*, std::__cxx11::basic_string<char, "
            "std::char_traits<char>, std::allocator<char> > const&)",
            "std::operator+"},
        Row{"std::operator<< <char, std::char_traits<char>, std::allocator<char> >", "std::operator<<"},
        Row{"std::basic_istream<char, std::__1::char_traits<char> >& std::__1::getline<char, "
            "std::__1::char_traits<char>, std::__1::allocator<char> >(int)",
            "std::getline"},
        Row{"std::__cxx11::basic_string<char, std::char_traits<char>, std::allocator<char> "
            ">::basic_string<std::allocator<char> >(char const*, std::allocator<char> const&)",
            "std::string::basic_string"},
        Row{"std::operator+<wchar_t, std::char_traits<wchar_t>, std::allocator<wchar_t> >(int)",
            "std::operator+<wchar_t>"},
        Row{"std::__cxx11::basic_string<wchar_t, std::char_traits<wchar_t>, std::allocator<wchar_t> "
            ">::basic_string<std::allocator<wchar_t> >(wchar_t const*, std::allocator<wchar_t> const&)",
            "std::wstring::basic_string"},
        Row{"std::__cxx11::basic_regex<char, std::__cxx11::regex_traits<char> >::_M_compile(int)",
            "std::regex::_M_compile"},
        // These say something.
        Row{"std::operator+<char, Caseless, std::allocator<char> >(int)",
            "std::operator+<char, Caseless, std::allocator<char>>"},
        Row{"std::operator+<char, std::char_traits<wchar_t> >(int)", "std::operator+<char, std::char_traits<wchar_t>>"},
        Row{"std::make_unique<char>()", "std::make_unique<char>"},
        Row{"std::make_shared<Job, std::allocator<Job> >()", "std::make_shared<Job, std::allocator<Job>>"},
        Row{"join<char, std::char_traits<char> >(int)", "join<char, std::char_traits<char>>"},
        Row{"std::istreambuf_iterator<char, std::char_traits<char> >::equal(int)",
            "std::istreambuf_iterator<char, std::char_traits<char>>::equal"},
        Row{"bool std::any_of<std::less<> >(int)", "std::any_of<std::less<>>"}));

INSTANTIATE_TEST_SUITE_P(
    OperatorsAndLambdas, ShortName,
    testing::Values(
        Row{"main::{lambda(int)#1}::operator()(int) const", "main::{lambda#1}::operator()"},
        Row{"Loop::run(int) const::{lambda()#2}::operator()() const", "Loop::run::{lambda#2}::operator()"},
        Row{"auto foo<int>(int)::{lambda(auto:1)#1}::operator()<char>(char) const",
            "foo<int>::{lambda#1}::operator()<char>"},
        Row{"run()::$_0::operator()() const", "run::$_0::operator()"},
        Row{"operator new(unsigned long)", "operator new"},
        Row{"operator new[](unsigned long, std::nothrow_t const&)", "operator new[]"},
        Row{"Foo::operator unsigned long() const", "Foo::operator unsigned long"},
        Row{"Foo::operator std::__cxx11::basic_string<char, std::char_traits<char>, std::allocator<char> >() const",
            "Foo::operator std::string"},
        Row{"bool operator< <int>(A<int> const&, A<int> const&)", "operator<<int>"},
        Row{"Ptr<Foo>::operator->() const", "Ptr<Foo>::operator->"}, Row{"Foo::operator()(int)", "Foo::operator()"},
        Row{"Foo::operator()(int)::{lambda()#1}::operator()() const", "Foo::operator()::{lambda#1}::operator()"},
        Row{"my_operator(int)", "my_operator"}, Row{"operator\"\" _kb(unsigned long long)", "operator\"\" _kb"}));

INSTANTIATE_TEST_SUITE_P(Rust, ShortName,
                         testing::Values(Row{"core::fmt::Formatter::pad", "core::fmt::Formatter::pad"},
                                         Row{"<alloc::vec::Vec<T> as core::ops::Drop>::drop",
                                             "<alloc::vec::Vec<T> as core::ops::Drop>::drop"},
                                         Row{"demo::parse::<u8>", "demo::parse::<u8>"},
                                         Row{"demo::main::{{closure}}", "demo::main::{{closure}}"},
                                         Row{"<demo::Job as core::ops::function::FnOnce<(u8, u8)>>::call_once",
                                             "<demo::Job as core::ops::function::FnOnce<(u8, u8)>>::call_once"},
                                         Row{"<fn(u8) -> u8 as demo::Run>::run", "<fn(u8) -> u8 as demo::Run>::run"}));

INSTANTIATE_TEST_SUITE_P(Damaged, ShortName,
                         testing::Values(Row{"", ""}, Row{"foo<int", "foo<int"}, Row{"foo(int", "foo(int"},
                                         Row{"a<(b>)", "a<(b>)"}, Row{"(", "("}, Row{"<>", "<>"},
                                         Row{"evil\x1b[31m(int)", "evil\x1b[31m"}));

TEST(ShortNameBounds, DeepNestingComesBackUnread) {
  const std::string deep = std::string(1000, '<') + std::string(1000, '>');
  EXPECT_EQ(short_name("f" + deep), "f" + deep);
}

TEST(ShortNameBounds, AnEndlessNameIsCutBetweenCharacters) {
  std::string endless;
  while (endless.size() < 100'000) endless += "\xc3\xa4";
  const std::string cut = short_name("f" + endless);
  EXPECT_LT(cut.size(), 300U);
  EXPECT_TRUE(cut.ends_with("\xc3\xa4..."));
}

TEST(BareName, HasNoTemplateArguments) {
  EXPECT_EQ(bare_name("void std::vector<int, std::allocator<int> >::_M_realloc_insert<int>(int&&)"),
            "std::vector::_M_realloc_insert");
  EXPECT_EQ(
      bare_name(
          "std::__cxx11::basic_string<char, std::char_traits<char>, std::allocator<char> >::_M_create(unsigned long&)"),
      "std::string::_M_create");
  EXPECT_EQ(bare_name("alloc::raw_vec::RawVec<T,A>::grow_one"), "alloc::raw_vec::RawVec::grow_one");
  EXPECT_EQ(bare_name("demo::parse::<u8>"), "demo::parse");
  EXPECT_EQ(bare_name("<alloc::vec::Vec<T> as core::Drop>::drop"), "<alloc::vec::Vec as core::Drop>::drop");
}

TEST(WithoutInlineNamespaces, LeavesTheRestOfTheNameAlone) {
  EXPECT_EQ(without_inline_namespaces("std::__1::vector<int>::vector(std::__1::vector<int> const&)"),
            "std::vector<int>::vector(std::vector<int> const&)");
  EXPECT_EQ(without_inline_namespaces("std::__1::__fs::filesystem::path"), "std::filesystem::path");
  EXPECT_EQ(without_inline_namespaces("ns::my__1::run(__1::Key)"), "ns::my__1::run(__1::Key)");
  EXPECT_EQ(without_inline_namespaces(""), "");
}

}  // namespace
}  // namespace mallocop::report
