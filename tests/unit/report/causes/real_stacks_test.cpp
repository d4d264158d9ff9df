// The causes of real code, from its real stacks, at -O0 and -O2.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

#include "report/causes/causes.h"
#include "report/symbols/symbolize.h"
#include "report/symbols/user_code.h"
#include "tests/unit/report/causes/captured_stacks.h"
#include "tests/unit/report/causes/fixtures/programs.h"
#include "tests/unit/report/symbols/live_trace.h"

namespace mallocop::report {
namespace {

struct Expectation {
  const char* function;  // of the fixture
  std::set<std::string> causes;
};

// Written down before the classifier saw the code.
const Expectation kExpectations[] = {
    {"vector_growth", {"vector growth"}},
    {"vector_reserve", {"vector reserve"}},
    {"vector_built", {"vector built"}},
    {"vector_copied", {"vector copied"}},
    {"string_past_buffer", {"string past its small buffer"}},
    {"string_copied", {"string copied"}},
    {"string_growth", {"string growth"}},
    {"strings_into_vector", {"vector growth", "string past its small buffer"}},
    {"function_capture", {"std::function capture"}},
    {"shared_ptr_of_new", {"object created with new", "shared_ptr control block"}},
    {"make_shared", {"object created with make_shared"}},
    {"make_unique", {"object created with make_unique"}},
    {"object_new", {"object created with new"}},
    {"array_new", {"array created with new[]"}},
    {"map_insert", {"node container insert"}},
    {"unordered_map_insert", {"node container insert", "hash rehash"}},
    {"list_insert", {"node container insert"}},
    {"deque_filled", {"deque chunk"}},
    {"thread_started", {"thread started"}},
};

struct Fixture {
  const char* build;
  const char* function;
  void (*run)();
};
#define MALLOCOP_OPTIMISED(name) {"optimised", #name, &optimised::name},
#define MALLOCOP_PLAIN(name) {"plain", #name, &plain::name},
const Fixture kFixtures[] = {MALLOCOP_FIXTURES(MALLOCOP_OPTIMISED) MALLOCOP_FIXTURES(MALLOCOP_PLAIN)};

// Frames up to operator new are the test's own way of noting a stack; they are library code in a real trace.
void drop_noting(Profile& profile, Stack& stack) {
  for (; stack.node != kNoNode; stack.node = profile.nodes[stack.node].parent) {
    StackNode& node = profile.nodes[stack.node];
    for (; node.count != 0; ++node.first, --node.count) {
      if (profile.frames[node.first].function.starts_with("operator new")) return;
    }
  }
}

Profile profile_of(void (*run)()) {
  run();  // first use of statics
  LoadedTrace trace = live_trace(stacks_of_new(run));
  symbolize(trace, {});
  Profile profile = std::move(trace.profile);
  profile.modules = std::move(trace.modules);
  for (size_t index = 0; index < profile.stacks.size(); ++index) {
    drop_noting(profile, profile.stacks[index]);
    Site& site = profile.sites.emplace_back();
    site.stack = index;
    site.allocations = 1;
    site.largest = site.bytes = 8;
  }
  locate_sites(profile);
  explain_sites(profile);
  return profile;
}

std::string text_of(const Profile& profile) {
  std::string text;
  for (const Site& site : profile.sites) {
    text += std::string(site.cause) + "\n";
    for (const Frame& frame : profile.frames_of(site)) {
      text += "    " + std::string(frame.inlined ? "(inlined) " : "") + frame.function + "\n";
      if (frame.function.find("::report::") != std::string::npos) break;
    }
  }
  return text;
}

class RealStacks : public testing::TestWithParam<Fixture> {};

TEST_P(RealStacks, AreExplainedAtTheUsersLine) {
  const Fixture& fixture = GetParam();
  const Profile profile = profile_of(fixture.run);
  ASSERT_FALSE(profile.sites.empty());
  std::set<std::string> causes;
  for (const Site& site : profile.sites) {
    causes.emplace(site.cause);
    ASSERT_TRUE(site.location.has_value());
    const Frame& frame = profile.frames_of(site)[*site.location];
    EXPECT_THAT(frame.file, testing::EndsWith("/causes/fixtures/programs.cpp"));
    EXPECT_THAT(frame.function, testing::HasSubstr(fixture.function));
    EXPECT_GT(frame.line, 0U);
    EXPECT_NE(site.advice, "");
  }
  for (const Expectation& expectation : kExpectations) {
    if (std::string(expectation.function) == fixture.function) {
      EXPECT_EQ(causes, expectation.causes) << text_of(profile);
      return;
    }
  }
  FAIL() << "nothing is expected of " << fixture.function;
}

std::string fixture_name(const testing::TestParamInfo<Fixture>& fixture) {
  return std::string(fixture.param.build) + "_" + fixture.param.function;
}

INSTANTIATE_TEST_SUITE_P(Causes, RealStacks, testing::ValuesIn(kFixtures), fixture_name);

}  // namespace
}  // namespace mallocop::report
