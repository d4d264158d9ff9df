#include "report/symbols/symbolize.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "tests/unit/report/symbols/fixtures/library.h"
#include "tests/unit/report/symbols/live_trace.h"

namespace mallocop::report {
namespace {

using testing::EndsWith;
using testing::StartsWith;

std::vector<void*> captured;

void capture() { captured = live_stack(); }

LoadedTrace symbolised() {
  LoadedTrace trace = live_trace({captured});
  symbolize(trace, {});
  return trace;
}

// The first frame of that function; a test that asks for one that is not there fails at its caller.
size_t index_of(const Stack& stack, const std::string& function) {
  const auto found = std::find_if(stack.frames.begin(), stack.frames.end(),
                                  [&](const Frame& frame) { return frame.function == function; });
  return static_cast<size_t>(found - stack.frames.begin());
}

const int kKnownLine = __LINE__ + 2;
[[gnu::noinline]] void known_function() {
  capture();
  captured.shrink_to_fit();
}

TEST(Symbolize, NamesAFunctionOfTheExecutableWithFileAndLine) {
  known_function();
  const Stack stack = symbolised().profile.stacks.at(0);
  const size_t index = index_of(stack, "mallocop::report::(anonymous namespace)::known_function()");
  ASSERT_LT(index, stack.frames.size());
  const Frame& frame = stack.frames[index];
  EXPECT_THAT(frame.file, EndsWith("/tests/unit/report/symbols/symbolize_test.cpp"));
  EXPECT_EQ(frame.line, kKnownLine);
  EXPECT_THAT(frame.module, EndsWith("/unit_report_symbols"));
  EXPECT_FALSE(frame.inlined);
  EXPECT_LT(index_of(stack, "main"), stack.frames.size());
}

TEST(Symbolize, SplitsAnAddressIntoInlinedAndOwnFrames) {
  fixture::outer(&capture);
  const Stack stack = symbolised().profile.stacks.at(0);
  const size_t outer = index_of(stack, "fixture::outer(void (*)())");
  ASSERT_LT(outer, stack.frames.size());
  ASSERT_GE(outer, 1U);
  const Frame& inner = stack.frames[outer - 1];
  // Only clang gives the parameters of a function that is local to a file and inlined.
  EXPECT_THAT(inner.function, StartsWith("fixture::(anonymous namespace)::inlined_here"));
  EXPECT_TRUE(inner.inlined);
  EXPECT_EQ(inner.line, fixture::kCallbackLine);
  EXPECT_THAT(inner.file, EndsWith("/fixtures/library.cpp"));
  EXPECT_FALSE(stack.frames[outer].inlined);
  EXPECT_EQ(stack.frames[outer].line, fixture::kInlinedCallLine);
  EXPECT_EQ(stack.frames[outer].address, inner.address);
}

TEST(Symbolize, AddressesAreThoseOfTheCallAndRelativeToTheModule) {
  fixture::outer(&capture);
  const LoadedTrace trace = symbolised();
  const Stack& stack = trace.profile.stacks.at(0);
  const size_t outer = index_of(stack, "fixture::outer(void (*)())");
  ASSERT_LT(outer, stack.frames.size());
  const Frame& frame = stack.frames[outer];
  EXPECT_THAT(frame.module, EndsWith("libsymbols_fixture.so"));
  const auto module = std::find_if(trace.modules.begin(), trace.modules.end(),
                                   [&](const Module& candidate) { return candidate.path == frame.module; });
  ASSERT_NE(module, trace.modules.end());
  EXPECT_EQ(frame.offset, frame.address - module->bias);
  EXPECT_THAT(captured, testing::Contains(reinterpret_cast<void*>(frame.address + 1)));
}

TEST(Symbolize, NamesLambdasLocalClassesAndTemplates) {
  fixture::through_lambda(&capture);
  Stack stack = symbolised().profile.stacks.at(0);
  EXPECT_LT(index_of(stack, "fixture::through_lambda(void (*)())::Local::method(void (*)())"), stack.frames.size());
  EXPECT_LT(index_of(stack, "fixture::through_lambda(void (*)())"), stack.frames.size());
  EXPECT_TRUE(std::any_of(stack.frames.begin(), stack.frames.end(), [](const Frame& frame) {
    return frame.function.find("through_lambda") != std::string::npos &&
           frame.function.find("operator()() const") != std::string::npos;
  }));

  fixture::Box<int>().run(1, &capture);
  stack = symbolised().profile.stacks.at(0);
  EXPECT_LT(index_of(stack, "fixture::Box<int>::run(int, void (*)())"), stack.frames.size());
}

TEST(Symbolize, AnExactAddressIsTakenAsItIs) {
  LoadedTrace trace =
      live_trace({{reinterpret_cast<void*>(&fixture::outer)}, {reinterpret_cast<void*>(&fixture::outer)}});
  trace.raw_stacks[1].frames[0].exact_address = true;
  symbolize(trace, {});
  EXPECT_NE(trace.profile.stacks[0].frames.back().function, "fixture::outer(void (*)())");
  EXPECT_EQ(trace.profile.stacks[1].frames.back().function, "fixture::outer(void (*)())");
  EXPECT_EQ(trace.profile.stacks[1].frames.back().address, reinterpret_cast<uint64_t>(&fixture::outer));
}

TEST(Symbolize, CountsDistinctFramesAndThoseWithAName) {
  known_function();
  LoadedTrace trace = live_trace({captured, captured});
  trace.raw_stacks.push_back({{{0x10, std::nullopt, false}}, true});
  std::vector<size_t> done;
  size_t total = 0;
  symbolize(trace, {{}, [&](size_t now, size_t all) {
                      done.push_back(now);
                      total = all;
                    }});
  EXPECT_EQ(trace.profile.measurement.frames, captured.size() + 1);
  EXPECT_LE(trace.profile.measurement.frames_symbolised, captured.size());
  EXPECT_GE(trace.profile.measurement.frames_symbolised, 5U);
  EXPECT_EQ(total, captured.size() + 1);
  EXPECT_EQ(done.back(), total);
  EXPECT_TRUE(std::is_sorted(done.begin(), done.end()));
  ASSERT_EQ(trace.profile.stacks.size(), 3U);
  EXPECT_EQ(trace.profile.stacks[0].frames.size(), trace.profile.stacks[1].frames.size());
  EXPECT_TRUE(trace.profile.stacks[2].truncated);
  EXPECT_FALSE(trace.profile.stacks[0].truncated);
}

TEST(Symbolize, AnAddressOutsideEveryModuleKeepsItsAddress) {
  LoadedTrace trace;
  trace.raw_stacks = {{{{0, std::nullopt, false}, {0x1000, std::nullopt, false}, {0x1000, 7, false}}, false}};
  symbolize(trace, {});
  ASSERT_EQ(trace.profile.stacks.at(0).frames.size(), 3U);
  EXPECT_EQ(trace.profile.stacks[0].frames[0].address, 0U);
  EXPECT_EQ(trace.profile.stacks[0].frames[1].address, 0xfffU);
  EXPECT_EQ(trace.profile.stacks[0].frames[1].module, "");
  EXPECT_EQ(trace.profile.measurement.frames_symbolised, 0U);
}

}  // namespace
}  // namespace mallocop::report
