#include "report/symbols/symbolize.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <set>
#include <string>
#include <tuple>

#include "tests/unit/report/add_stack.h"
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
size_t index_of(const StackFrames& stack, const std::string& function) {
  const auto found =
      std::find_if(stack.begin(), stack.end(), [&](const Frame& frame) { return frame.function == function; });
  return static_cast<size_t>(std::distance(stack.begin(), found));
}

// The frames of the stack at `index`.
StackFrames stack_of(const LoadedTrace& trace, size_t index) {
  return trace.profile.frames_of(trace.profile.stacks.at(index));
}

const int kKnownLine = __LINE__ + 2;
[[gnu::noinline]] void known_function() {
  capture();
  captured.shrink_to_fit();
}

TEST(Symbolize, NamesAFunctionOfTheExecutableWithFileAndLine) {
  known_function();
  const LoadedTrace trace = symbolised();
  const StackFrames stack = stack_of(trace, 0);
  const size_t index = index_of(stack, "mallocop::report::(anonymous namespace)::known_function()");
  ASSERT_LT(index, stack.size());
  const Frame& frame = stack[index];
  EXPECT_THAT(frame.file, EndsWith("/tests/unit/report/symbols/symbolize_test.cpp"));
  EXPECT_EQ(frame.line, kKnownLine);
  EXPECT_THAT(frame.module, EndsWith("/unit_report_symbols"));
  EXPECT_FALSE(frame.inlined);
  EXPECT_LT(index_of(stack, "main"), stack.size());
}

TEST(Symbolize, SplitsAnAddressIntoInlinedAndOwnFrames) {
  fixture::outer(&capture);
  const LoadedTrace trace = symbolised();
  const StackFrames stack = stack_of(trace, 0);
  const size_t outer = index_of(stack, "fixture::outer(void (*)())");
  ASSERT_LT(outer, stack.size());
  ASSERT_GE(outer, 1U);
  const Frame& inner = stack[outer - 1];
  // Only clang gives the parameters of a function that is local to a file and inlined.
  EXPECT_THAT(inner.function, StartsWith("fixture::(anonymous namespace)::inlined_here"));
  EXPECT_TRUE(inner.inlined);
  EXPECT_EQ(inner.line, fixture::kCallbackLine);
  EXPECT_THAT(inner.file, EndsWith("/fixtures/library.cpp"));
  EXPECT_FALSE(stack[outer].inlined);
  EXPECT_EQ(stack[outer].line, fixture::kInlinedCallLine);
  EXPECT_EQ(stack[outer].address, inner.address);
}

TEST(Symbolize, AddressesAreThoseOfTheCallAndRelativeToTheModule) {
  fixture::outer(&capture);
  const LoadedTrace trace = symbolised();
  const StackFrames stack = stack_of(trace, 0);
  const size_t outer = index_of(stack, "fixture::outer(void (*)())");
  ASSERT_LT(outer, stack.size());
  const Frame& frame = stack[outer];
  EXPECT_THAT(frame.module, EndsWith("libsymbols_fixture.so"));
  const auto module = std::find_if(trace.modules.begin(), trace.modules.end(),
                                   [&](const Module& candidate) { return candidate.path == frame.module; });
  ASSERT_NE(module, trace.modules.end());
  EXPECT_EQ(frame.offset, frame.address - module->bias);
  EXPECT_THAT(captured, testing::Contains(reinterpret_cast<void*>(frame.address + 1)));
}

TEST(Symbolize, NamesLambdasLocalClassesAndTemplates) {
  fixture::through_lambda(&capture);
  LoadedTrace trace = symbolised();
  StackFrames stack = stack_of(trace, 0);
  EXPECT_LT(index_of(stack, "fixture::through_lambda(void (*)())::Local::method(void (*)())"), stack.size());
  EXPECT_LT(index_of(stack, "fixture::through_lambda(void (*)())"), stack.size());
  EXPECT_TRUE(std::any_of(stack.begin(), stack.end(), [](const Frame& frame) {
    return frame.function.find("through_lambda") != std::string::npos &&
           frame.function.find("operator()() const") != std::string::npos;
  }));

  fixture::Box<int>().run(1, &capture);
  trace = symbolised();
  stack = stack_of(trace, 0);
  EXPECT_LT(index_of(stack, "fixture::Box<int>::run(int, void (*)())"), stack.size());
}

TEST(Symbolize, AnExactAddressIsTakenAsItIs) {
  LoadedTrace trace =
      live_trace({{reinterpret_cast<void*>(&fixture::outer)}, {reinterpret_cast<void*>(&fixture::outer)}});
  raw_frames_in(trace, 1)[0]->exact_address = true;
  symbolize(trace, {});
  EXPECT_NE(trace.profile.frames[frames_in(trace.profile, 0).back()].function, "fixture::outer(void (*)())");
  EXPECT_EQ(trace.profile.frames[frames_in(trace.profile, 1).back()].function, "fixture::outer(void (*)())");
  EXPECT_EQ(trace.profile.frames[frames_in(trace.profile, 1).back()].address,
            reinterpret_cast<uint64_t>(&fixture::outer));
}

TEST(Symbolize, CountsDistinctFramesAndThoseWithAName) {
  known_function();
  LoadedTrace trace = live_trace({captured, captured});
  add_raw_stack(trace, {{0x10, std::nullopt, false}}, true);
  std::vector<size_t> done;
  size_t total = 0;
  symbolize(trace, {{}, [&](const std::string&, uint64_t now, uint64_t all) {
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
  EXPECT_EQ(frames_in(trace.profile, 0), frames_in(trace.profile, 1));
  EXPECT_TRUE(trace.profile.stacks[2].truncated);
  EXPECT_FALSE(trace.profile.stacks[0].truncated);
}

TEST(Symbolize, EveryFrameIsThereOnceThoughStacksShareIt) {
  fixture::outer(&capture);
  const std::vector<void*> outer = captured;
  known_function();
  LoadedTrace trace = live_trace({outer, captured, outer});
  // Told in another way, it is still the same place.
  RawFrame& exact = *raw_frames_in(trace, 2)[0];
  --exact.address;
  exact.exact_address = true;
  add_raw_stack(trace, {{0x10, std::nullopt, false}});
  trace.profile.stacks.pop_back();  // and its frame is in no stack
  symbolize(trace, {});
  const Profile& profile = trace.profile;
  EXPECT_EQ(frames_in(profile, 0), frames_in(profile, 2));
  std::set<FrameIndex> used;
  for (size_t stack = 0; stack < profile.stacks.size(); ++stack) {
    const std::vector<FrameIndex> frames = frames_in(profile, stack);
    used.insert(frames.begin(), frames.end());
  }
  EXPECT_EQ(used.size(), profile.frames.size());
  std::set<std::tuple<uint64_t, std::string, std::string, uint32_t, bool>> distinct;
  for (const Frame& frame : profile.frames) {
    distinct.emplace(frame.address, frame.function, frame.file, frame.line, frame.inlined);
  }
  EXPECT_EQ(distinct.size(), profile.frames.size());
}

TEST(Symbolize, AnAddressOutsideEveryModuleKeepsItsAddress) {
  LoadedTrace trace;
  add_raw_stack(trace, {{0, std::nullopt, false}, {0x1000, std::nullopt, false}, {0x1000, 7, false}});
  symbolize(trace, {});
  const StackFrames stack = stack_of(trace, 0);
  ASSERT_EQ(stack.size(), 3U);
  EXPECT_EQ(stack[0].address, 0U);
  EXPECT_EQ(stack[1].address, 0xfffU);
  EXPECT_EQ(stack[1].module, "");
  EXPECT_EQ(trace.profile.measurement.frames_symbolised, 0U);
}

}  // namespace
}  // namespace mallocop::report
