// `--op`: calls of functions counted in programs that nobody changed, and what is said where that is not possible.
#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <regex>

#include "tests/support/measured.h"

namespace mallocop::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

std::string on_one_line(const std::string& text) { return std::regex_replace(text, std::regex("\n *"), " "); }

class FunctionOperations : public Integration {
 protected:
  // `mallocop run` with these patterns, and its report as JSON.
  Json run(const std::string& path, const std::vector<std::string>& patterns,
           const std::vector<std::string>& more = {}) const {
    std::vector<std::string> words = {"run", "-o", trace(), "--format", "json"};
    for (const std::string& pattern : patterns) words.insert(words.end(), {"--op", pattern});
    words.insert(words.end(), more.begin(), more.end());
    words.insert(words.end(), {"--", path});
    const Ended ended = mallocop(words);
    EXPECT_EQ(ended.status, 0) << ended.err;
    return Json::parse(ended.err, nullptr, false);
  }
  // For a copy of a program, which looks for it beside itself.
  void copy_library() const {
    std::filesystem::copy_file(std::filesystem::path(program("counted_O2")).replace_filename("libtest_counted.so"),
                               file("libtest_counted.so"));
  }
  Ended fail(const std::string& path, const std::vector<std::string>& options) const {
    std::vector<std::string> words = {"run", "-o", trace()};
    words.insert(words.end(), options.begin(), options.end());
    words.insert(words.end(), {"--", path});
    Ended ended = mallocop(words);
    EXPECT_EQ(ended.status, 6) << ended.out << ended.err;
    return ended;
  }
};

struct Figures {
  uint64_t calls;
  uint64_t allocations;
};

void expect_figures(const Json& report, const std::map<std::string, Figures>& expected) {
  ASSERT_TRUE(report.is_object());
  EXPECT_EQ(report["measurement"]["valid"], true) << report["measurement"];
  std::map<std::string, Json> operations;
  for (const Json& operation : report["operations"]) operations[operation["name"]] = operation;
  for (const auto& [name, figures] : expected) {
    SCOPED_TRACE(name);
    ASSERT_EQ(operations.count(name), 1u);
    const Json& operation = operations[name];
    EXPECT_EQ(operation["source"], "function");
    EXPECT_EQ(operation["count"], figures.calls);
    EXPECT_EQ(operation["allocations"]["total"], figures.allocations);
    operations.erase(name);
  }
  for (const auto& [name, operation] : operations) ADD_FAILURE() << name << " is too many";
}

class CountedPrograms : public FunctionOperations, public testing::WithParamInterface<const char*> {};

TEST_P(CountedPrograms, HaveTheirFiguresByFunction) {
  const std::string path = program(GetParam());
  if (!std::filesystem::exists(path)) GTEST_SKIP() << path << " was not built";
  std::vector<std::string> patterns = {"work::parse",  "work::fill<*>",  "work::recurse",    "work::checked",
                                       "work::choose", "counted_*_work", "work::Both::Both", "work::Both::~Both"};
  // An exception is a block for itself and one for its text.
  std::map<std::string, Figures> expected = {{"work::parse", {15, 20}},         {"work::fill<int>", {3, 3}},
                                             {"work::fill<double>", {4, 8}},    {"work::recurse", {14, 14}},
                                             {"work::checked", {100, 120}},     {"work::choose", {8, 6}},
                                             {"counted_library_work", {7, 21}}, {"counted_c_work", {9, 9}},
                                             {"work::Both::Both", {2, 2}},      {"work::Both::~Both", {2, 2}}};
  const std::string name = GetParam();
  if (name != "counted_Os" && name != "counted_tail_calls") {  // see the next test
    patterns.emplace_back("work::quiet");
    expected["work::quiet"] = {1003, 0};
  }
  // Called through a pointer, and ending in a jump: see TailCalls.
  if (name != "counted_tail_calls") {
    patterns.insert(patterns.end(), {"work::*::step", "work::Both::turn"});
    expected.insert({{"work::Machine::step", {4, 4}}, {"work::Drill::step", {2, 4}}, {"work::Both::turn", {3, 3}}});
  }
  expect_figures(run(path, patterns), expected);
}

TEST_F(FunctionOperations, OneThatLeavesNoRoomForAJumpIsRefused) {
  EXPECT_THAT(fail(program("counted_Os"), {"--op", "work::quiet"}).err,
              HasSubstr("'work::quiet' in test_counted_Os cannot be counted: only 4 bytes of it, of the 5"));
}

INSTANTIATE_TEST_SUITE_P(All, CountedPrograms,
                         testing::Values("counted_O0", "counted_O2", "counted_Os", "counted_tail_calls", "counted_O3",
                                         "counted_fixed", "counted_endbr", "counted_plain_calls", "counted_clang_O0",
                                         "counted_clang_O2"),
                         [](const auto& one) { return std::string(one.param); });

// Functions that end in another one by a jump: entered otherwise than by a direct call, their figures are too low.
class TailCalls : public FunctionOperations, public testing::WithParamInterface<const char*> {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(program(GetParam()))) GTEST_SKIP() << GetParam() << " was not built";
  }
  // The program's functions are entered in that way.
  Ended limit(const std::string& way, const std::vector<std::string>& operations, const std::string& limit) const {
    std::vector<std::string> words = {"run", "-o", trace(), "--limit", limit};
    for (const std::string& operation : operations) words.insert(words.end(), {"--op", operation});
    words.insert(words.end(), {"--", program(GetParam()), way});
    return mallocop(words);
  }
  void expect_refused(const std::string& way, const std::string& operation, const std::string& caller) const {
    SCOPED_TRACE(way);
    const Ended ended = limit(way, {operation}, operation + ":allocs<=0");
    EXPECT_EQ(ended.status, 6) << ended.err;
    const std::string said = on_one_line(ended.err);
    EXPECT_THAT(said, HasSubstr("the allocs of '" + operation + "' are limited, but it was entered by something else"));
    EXPECT_THAT(said, HasSubstr("(" + caller + ")"));
    EXPECT_THAT(said, HasSubstr("-fno-optimize-sibling-calls"));
  }
};

TEST_P(TailCalls, ADirectCallShowsThatTheFunctionWasEntered) {
  const Ended kept = limit("direct", {"tail::first"}, "tail::first:allocs<=1");
  EXPECT_EQ(kept.status, 0) << kept.err;
  EXPECT_THAT(kept.err, Not(HasSubstr("may be too low")));
  EXPECT_EQ(limit("direct", {"tail::first"}, "tail::first:allocs<=0.9").status, 3);
}

TEST_P(TailCalls, SoDoesOneThroughTheTablesOfTheDynamicLinker) {
  const Ended kept = limit("library", {"counted_library_tail"}, "counted_library_tail:allocs<=1");
  EXPECT_EQ(kept.status, 0) << kept.err;
  EXPECT_THAT(kept.err, Not(HasSubstr("may be too low")));
  EXPECT_EQ(limit("library", {"counted_library_tail"}, "counted_library_tail:allocs<=0.9").status, 3);
}

TEST_P(TailCalls, AnythingElseMakesALimitInvalid) {
  expect_refused("virtual", "tail::Codec::step", "main");
  expect_refused("jump", "tail::first", "main");
  expect_refused("chosen", "tail::second", "tail::call_chosen");
  // What it ends in is named, or has no name.
  EXPECT_THAT(on_one_line(limit("virtual", {"tail::Codec::step"}, "tail::Codec::step:allocs<=0").err),
              HasSubstr("it ends in 'tail::allocate' by a jump"));
}

TEST_P(TailCalls, AnEntryLikeTheLastOneIsLookedAtToo) { expect_refused("twice", "tail::first", "tail::twice"); }

TEST_P(TailCalls, WithoutALimitItIsANote) {
  const Ended ended =
      mallocop({"run", "-o", trace(), "--op", "tail::Codec::step", "--", program(GetParam()), "virtual"});
  EXPECT_EQ(ended.status, 0) << ended.err;
  EXPECT_THAT(on_one_line(ended.err), HasSubstr("note: the figures of 'tail::Codec::step' may be too low"));
  // The trace says it as well as the run does.
  EXPECT_EQ(mallocop({"check", trace(), "--limit", "tail::Codec::step:allocs<=0"}).status, 6);
}

TEST_P(TailCalls, TheyCannotBeComparedWithABaseline) {
  const std::vector<std::string> run = {"run", "-o", trace(), "--op", "tail::Codec::step"};
  const auto with = [&](const char* option) {
    std::vector<std::string> words = run;
    words.insert(words.end(), {option, "before", "--", program(GetParam()), "virtual"});
    return mallocop(words);
  };
  EXPECT_EQ(with("--save-baseline").status, 0);
  const Ended compared = with("--baseline");
  EXPECT_EQ(compared.status, 6) << compared.err;
  EXPECT_THAT(on_one_line(compared.err), HasSubstr("'tail::Codec::step' cannot be compared"));
}

TEST_P(TailCalls, WhatTheyEndInIsAnOperationIfItIsNamed) {
  const Ended kept = limit("virtual", {"tail::Codec::step", "tail::allocate"}, "tail::Codec::step:allocs<=0");
  EXPECT_EQ(kept.status, 0) << kept.err;
  EXPECT_THAT(kept.err, Not(HasSubstr("may be too low")));
  EXPECT_EQ(limit("virtual", {"tail::Codec::step", "tail::allocate"}, "tail::allocate:allocs<=0").status, 3);
}

TEST_P(TailCalls, OperationsBelowThemKeepTheirFigures) {
  const Ended broken = limit("deep", {"tail::Codec::deep", "tail::below"}, "tail::below:allocs<=0");
  EXPECT_EQ(broken.status, 3) << broken.err;
  EXPECT_EQ(limit("deep", {"tail::Codec::deep", "tail::below"}, "tail::below:allocs<=1").status, 0);
}

TEST_P(TailCalls, AreListedWithWhatTheyEndIn) {
  const auto listed = [&](const char* operation) {
    return mallocop({"run", "--list-ops", operation, "--", program(GetParam())}).out;
  };
  EXPECT_THAT(listed("tail::first"), HasSubstr("note: it ends in 'tail::allocate' by a jump"));
  EXPECT_THAT(listed("tail::Codec::forward"), HasSubstr("note: it ends in functions without a name by a jump"));
  EXPECT_THAT(listed("tail::below"), Not(HasSubstr("note:")));
}

INSTANTIATE_TEST_SUITE_P(All, TailCalls, testing::Values("tail_calls", "tail_calls_no_plt", "tail_calls_clang"),
                         [](const auto& one) { return std::string(one.param); });

// --- Commands that only start the program that is meant
// ---------------------------------------------------------------

class StartedByAnother : public FunctionOperations {
 protected:
  std::string fail_on_one_line(const std::vector<std::string>& command) const {
    std::vector<std::string> words = {"run", "-o", trace(), "--op", "tail::first", "--"};
    words.insert(words.end(), command.begin(), command.end());
    const Ended ended = mallocop(words);
    EXPECT_EQ(ended.status, 6) << ended.out << ended.err;
    return on_one_line(ended.err);
  }
  const std::string program_ = program("tail_calls");
};

TEST_F(StartedByAnother, AWrapperIsToldFromTheProgramBehindIt) {
  EXPECT_THAT(fail_on_one_line({"env", "A=1", program_, "direct"}),
              AllOf(HasSubstr("functions were looked for in /usr/bin/env: if that only starts " + program_),
                    HasSubstr("put it in front: env A=1 mallocop run … -- " + program_ + " direct")));
  EXPECT_THAT(fail_on_one_line({"env", "A=1", "no_such_program"}), Not(HasSubstr("only starts")));
}

TEST_F(StartedByAnother, AScriptIsToldFromTheProgramInIt) {
  const std::string script = file("script");
  std::ofstream(script) << "#!/bin/sh\nexec " << program_ << " direct\n";
  std::filesystem::permissions(script, std::filesystem::perms::owner_all);
  EXPECT_THAT(fail_on_one_line({script}),
              AllOf(HasSubstr("the interpreter of the script " + script), HasSubstr("start mallocop in the script")));
}

TEST_F(StartedByAnother, OneThatHasTheFunctionAndRunsAnotherProgramIsInvalid) {
  const std::string other = program("counted_O2");
  EXPECT_THAT(
      fail_on_one_line({program_, "exec", other}),
      AllOf(HasSubstr("the functions of --op were looked for in " + std::filesystem::canonical(program_).string()),
            HasSubstr("which then ran " + std::filesystem::canonical(other).string() + " in its place")));
}

TEST_P(CountedPrograms, ATableOfJumpsDoesNotLeaveAFunction) {
  const std::string path = program(GetParam());
  if (!std::filesystem::exists(path)) GTEST_SKIP() << path << " was not built";
  const Ended listed = mallocop({"run", "--list-ops", "work::choose", "--", path});
  EXPECT_EQ(listed.status, 0) << listed.err;
  EXPECT_THAT(listed.out, AllOf(HasSubstr("can be counted"), Not(HasSubstr("without a name"))));
}

TEST_F(FunctionOperations, OfRust) {
  const std::string path = program("counted_rust");
  if (!std::filesystem::exists(path)) GTEST_SKIP() << path << " was not built";
  expect_figures(run(path, {"counted_rust::work::gather", "counted_rust::work::pair", "*::Queue::poll"}),
                 {{"counted_rust::work::gather", {12, 12}},
                  {"counted_rust::work::pair", {3, 6}},
                  {"counted_rust::work::Queue::poll", {5, 0}}});
}

TEST_F(FunctionOperations, ThePlanIsGoneWhenTheRunEnded) {
  const std::string plans = file("plans");
  std::filesystem::create_directory(plans);
  const std::string path = program("counted_O2");
  const Ended ended = run_command(
      {.words = {mallocop_program(), "run", "-o", trace(), "--op", "work::parse", "--", "sh", "-c", "ls " + plans},
       .environment = {{"TMPDIR", plans}},
       .folder = folder()});
  // The shell has no such function, so that nothing ran.
  EXPECT_EQ(ended.status, 6);
  EXPECT_TRUE(std::filesystem::is_empty(plans));
  const Ended measured =
      run_command({.words = {mallocop_program(), "run", "-o", trace(), "--op", "work::parse", "--", path},
                   .environment = {{"TMPDIR", plans}},
                   .folder = folder()});
  EXPECT_EQ(measured.status, 0) << measured.err;
  EXPECT_TRUE(std::filesystem::is_empty(plans));
}

TEST_F(FunctionOperations, LimitsCompareThem) {
  const std::string path = program("counted_O2");
  const Ended kept = mallocop({"run", "-o", trace(), "--op", "work::fill<*>", "--limit", "work::fill<int>:allocs<=1",
                               "--limit", "work::fill<double>:allocs<=2", "--", path});
  EXPECT_EQ(kept.status, 0) << kept.err;
  const Ended broken =
      mallocop({"run", "-o", trace(), "--op", "work::fill<*>", "--limit", "work::fill<*>:allocs<=1", "--", path});
  EXPECT_EQ(broken.status, 3) << broken.err;
  EXPECT_THAT(broken.err, HasSubstr("work::fill<double>"));
}

TEST_F(FunctionOperations, FreesAndLatencyOfThemCannotBeLimited) {
  const std::string path = program("counted_O2");
  EXPECT_THAT(fail(path, {"--op", "work::parse", "--limit", "work::parse:frees<=100"}).err,
              HasSubstr("the frees of 'work::parse' are limited"));
  EXPECT_THAT(fail(path, {"--op", "work::parse", "--limit", "work::parse:latency<=1s"}).err,
              HasSubstr("the latency of 'work::parse' is limited"));
}

TEST_F(FunctionOperations, OneThatIsNeverEnteredMakesTheMeasurementInvalid) {
  EXPECT_THAT(fail(program("counted_O2"), {"--op", "work::never"}).err,
              HasSubstr("operation 'work::never' was never entered"));
}

TEST_F(FunctionOperations, SomeOfAPatternNeedNotBeEntered) {
  const Json report = run(program("counted_O2"), {"work::*e*"});
  EXPECT_EQ(report["measurement"]["valid"], true);
  EXPECT_THAT(report["measurement"]["notes"].dump(), AllOf(HasSubstr("never entered"), HasSubstr("work::never")));
}

TEST_F(FunctionOperations, NothingRunsWhereNoneCanBeCounted) {
  const std::string path = program("counted_O2");
  EXPECT_THAT(fail(path, {"--op", "work::quite"}).err, HasSubstr("did you mean 'work::quiet'?"));
  EXPECT_THAT(fail(path, {"--op", "parse"}).err, HasSubstr("did you mean 'work::parse'?"));
  EXPECT_THAT(
      fail(path, {"--op", "work::inlined_away"}).err,
      AllOf(HasSubstr("was inlined everywhere in test_counted_O2: 1 place, e.g. counted.cpp:"), HasSubstr("noinline")));
  EXPECT_FALSE(std::filesystem::exists(trace()));
}

TEST_F(FunctionOperations, AStrippedProgramIsToldFromOneWithoutTheFunction) {
  const std::string stripped = file("stripped");
  copy_library();
  ASSERT_EQ(run_command({.words = {"strip", "-o", stripped, program("counted_O2")}}).status, 0);
  EXPECT_THAT(fail(stripped, {"--op", "work::parse"}).err, AllOf(HasSubstr("it was stripped"), HasSubstr("-dbgsym")));
}

TEST_F(FunctionOperations, SymbolsAreFoundInASeparateFile) {
  const std::string stripped = file("program");
  copy_library();
  ASSERT_EQ(
      run_command({.words = {"objcopy", "--only-keep-debug", program("counted_O2"), file("program.debug")}}).status, 0);
  ASSERT_EQ(run_command({.words = {"objcopy", "--strip-all", "--add-gnu-debuglink=" + file("program.debug"),
                                   program("counted_O2"), stripped}})
                .status,
            0);
  expect_figures(run(stripped, {"work::parse"}), {{"work::parse", {15, 20}}});
}

TEST_F(FunctionOperations, AreListedWithoutARun) {
  const Ended ended =
      mallocop({"run", "--list-ops", "work::parse", "--list-ops", "counted_library_work", "--", program("counted_O2")});
  EXPECT_EQ(ended.status, 0) << ended.err;
  EXPECT_THAT(ended.out, AllOf(HasSubstr("operation 'work::parse'\n  work::parse("), HasSubstr("work::parse(double)\n"),
                               HasSubstr("test_counted_O2, address 0x"), HasSubstr(" bytes\n    can be counted\n"),
                               HasSubstr("libtest_counted.so, address 0x")));
  EXPECT_TRUE(files().empty());
}

}  // namespace
}  // namespace mallocop::test
