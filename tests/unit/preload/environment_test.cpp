#include "preload/environment.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <string>
#include <vector>

namespace mallocop::preload {
namespace {

using ::testing::ElementsAre;

// What is left of an environment, and what the options are.
struct Taken {
  explicit Taken(std::vector<std::string> variables, const char* own_path = "/opt/lib/libmallocop.so")
      : texts(std::move(variables)) {
    for (std::string& text : texts) pointers.push_back(text.data());
    pointers.push_back(nullptr);
    original = pointers;
    options = take_options(pointers.data(), own_path);
    for (char** variable = g_clean_environment; *variable != nullptr; ++variable) left.emplace_back(*variable);
  }
  std::vector<std::string> texts;
  std::vector<char*> pointers, original;
  Options options;
  std::vector<std::string> left;
};

TEST(Environment, TakesItsVariablesAndLeavesTheRest) {
  const Taken taken({"A=1", "MALLOCOP_OUT=/tmp/x.mcop", "B=2"});
  EXPECT_STREQ(taken.options.out, "/tmp/x.mcop");
  EXPECT_THAT(taken.left, ElementsAre("A=1", "B=2"));
}

TEST(Environment, LeavesTheKernelsArrayAlone) {
  const Taken taken({"LD_PRELOAD=/opt/lib/libmallocop.so", "MALLOCOP_OUT=x", "A=1"});
  EXPECT_EQ(taken.pointers, taken.original);
  EXPECT_EQ(taken.texts[0], "LD_PRELOAD=/opt/lib/libmallocop.so");
}

TEST(Environment, AnEmptyListOfPreloadsIsRemoved) {
  EXPECT_THAT(Taken({"LD_PRELOAD=/opt/lib/libmallocop.so", "A=1"}).left, ElementsAre("A=1"));
}

TEST(Environment, OtherPreloadsStayInTheirOrder) {
  EXPECT_THAT(Taken({"LD_PRELOAD=/a/one.so:/opt/lib/libmallocop.so:two.so"}).left,
              ElementsAre("LD_PRELOAD=/a/one.so:two.so"));
  EXPECT_THAT(Taken({"LD_PRELOAD=one.so libmallocop.so"}).left, ElementsAre("LD_PRELOAD=one.so"));
}

TEST(Environment, ALibraryWithASimilarNameIsNotOurs) {
  EXPECT_THAT(Taken({"LD_PRELOAD=/x/notlibmallocop.so:/build/libmallocop.so"}).left,
              ElementsAre("LD_PRELOAD=/x/notlibmallocop.so"));
}

TEST(Environment, AVariableThatOnlyBeginsLikeOursStays) {
  const Taken taken({"MALLOCOP_OUTPUT=1"});
  EXPECT_EQ(taken.options.out, nullptr);
  EXPECT_THAT(taken.left, ElementsAre("MALLOCOP_OUTPUT=1"));
}

// What a program that the process executes in its own place gets to see.
std::vector<std::string> inherited(std::vector<std::string> variables) {
  const Taken own({}, "/opt/lib/libmallocop.so");  // remembers where the library lies
  std::vector<char*> pointers;
  for (std::string& variable : variables) pointers.push_back(variable.data());
  pointers.push_back(nullptr);
  std::vector<uint64_t> memory(inherited_environment_size(pointers.data()) / sizeof(uint64_t) + 1);
  char** const result =
      inherit_environment(pointers.data(), "/tmp/100%.mcop", 77, memory.data(), memory.size() * sizeof(uint64_t));
  std::vector<std::string> texts;
  for (char** variable = result; variable != nullptr && *variable != nullptr; ++variable) texts.emplace_back(*variable);
  return texts;
}

TEST(InheritedEnvironment, HasTheShimsVariablesAndTheRest) {
  EXPECT_THAT(inherited({"A=1", "B=2"}),
              ElementsAre("LD_PRELOAD=/opt/lib/libmallocop.so", "MALLOCOP_OUT=/tmp/100%%.mcop", "MALLOCOP_REPLACE=77",
                          "A=1", "B=2"));
}

TEST(InheritedEnvironment, OtherPreloadsComeBehind) {
  EXPECT_THAT(inherited({"LD_PRELOAD=/a/one.so:two.so", "A=1"}),
              ElementsAre("LD_PRELOAD=/opt/lib/libmallocop.so:/a/one.so:two.so", "MALLOCOP_OUT=/tmp/100%%.mcop",
                          "MALLOCOP_REPLACE=77", "A=1"));
}

TEST(InheritedEnvironment, IsTakenBackByTheNextShim) {
  const Taken next(inherited({"LD_PRELOAD=one.so", "A=1"}));
  EXPECT_STREQ(next.options.out, "/tmp/100%%.mcop");
  EXPECT_EQ(next.options.replace, 77U);
  EXPECT_THAT(next.left, ElementsAre("LD_PRELOAD=one.so", "A=1"));
}

TEST(InheritedEnvironment, ALongListOfPreloadsFits) {
  const std::string list = "LD_PRELOAD=" + std::string(10'000, 'x');
  EXPECT_EQ(inherited({list}).at(0), "LD_PRELOAD=/opt/lib/libmallocop.so:" + std::string(10'000, 'x'));
}

std::string expand(const char* pattern) {
  char path[4096];
  return expand_trace_path(pattern, "/usr/bin/bench", path, sizeof path) ? path : "(does not fit)";
}

TEST(TracePath, ReplacesProcessAndProgram) {
  EXPECT_EQ(expand("/tmp/%e.%p.mcop"), "/tmp/bench." + std::to_string(getpid()) + ".mcop");
  EXPECT_EQ(expand("/tmp/100%%-%x%"), "/tmp/100%-%x%");
}

TEST(TracePath, IsRelativeToTheWorkingDirectory) {
  char directory[4096];
  ASSERT_NE(getcwd(directory, sizeof directory), nullptr);
  EXPECT_EQ(expand("out.mcop"), std::string(directory) + "/out.mcop");
  EXPECT_EQ(expand(nullptr), std::string(directory) + "/mallocop.bench." + std::to_string(getpid()) + ".mcop");
  EXPECT_EQ(expand(""), expand(nullptr));
}

TEST(TracePath, ATooLongPathIsRefused) {
  const std::string pattern = "/" + std::string(5000, 'x');
  EXPECT_EQ(expand(pattern.c_str()), "(does not fit)");
}

}  // namespace
}  // namespace mallocop::preload
