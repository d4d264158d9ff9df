// Functions of this program: aliases, parts and names.
#include "report/code/function_list.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mallocop::report {
namespace {

TEST(FunctionList, AliasesAreOneFunction) {
  const ModuleCode module("/proc/self/exe");
  const FunctionList functions(module);
  const Function* const one = functions.find("listed_function");
  ASSERT_NE(one, nullptr);
  EXPECT_EQ(one, functions.find("listed_alias"));
  EXPECT_EQ(one, functions.at(one->address));
  EXPECT_THAT(one->names, testing::UnorderedElementsAre("listed_function", "listed_alias"));
  EXPECT_EQ(functions.at(one->address + 1), nullptr);
}

TEST(FunctionList, PartsBelongToTheFunctionOfTheirName) {
  const ModuleCode module("/proc/self/exe");
  const FunctionList functions(module);
  const Function* const one = functions.find("with_cold_part");
  ASSERT_NE(one, nullptr);
  ASSERT_EQ(one->parts.size(), 1u);
  EXPECT_EQ(functions.find("with_cold_part.cold"), nullptr);
}

TEST(FunctionList, OperationsAreNamesWithoutParameters) {
  EXPECT_EQ(operation_name("ns::Class::method(int, char const*) const"), "ns::Class::method");
  EXPECT_EQ(operation_name("ns::fill<std::vector<int> >(int)"), "ns::fill<std::vector<int> >");
  EXPECT_EQ(operation_name("A::operator()(int)"), "A::operator()");
  EXPECT_EQ(operation_name("<crate::Type as core::fmt::Display>::fmt"), "<crate::Type as core::fmt::Display>::fmt");
  EXPECT_EQ(operation_name("parse"), "parse");
}

}  // namespace
}  // namespace mallocop::report

extern "C" {
int listed_function(int number) { return number + 12345; }
int listed_alias(int number) __attribute__((alias("listed_function")));
}
