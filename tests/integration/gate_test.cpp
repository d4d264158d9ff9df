// A gate cannot pass by accident. Each test breaks one thing of a check that passes, and shows first that it does. The
// same list is in docs/budgets.md.
//
//   accident                                                    status  test
//   the library is not there, or cannot be loaded               1, 6    NoLibrary
//   the command runs its work as a child, or without LD_PRELOAD 6       WorkThatIsNotMeasured
//   the trace is empty, or was cut                              2, 6    EmptyTrace, CutTrace
//   there was no room for the trace, so that events are lost    2, 6    NoRoomForATrace, LostEvents
//   the trace of an earlier run is there, the new run wrote none  6     StaleTrace
//   of several traces one is bad                                worst   OneBadTrace
//   an operation was renamed, or a pattern matches none         6       RenamedOperation
//   all calls are warm-up                                       6       OnlyWarmup
//   --op names what is not there, was inlined or never ran      6       FunctionThatIsNotCounted
//   a scope of the process, and a trace of one thread           6       ScopeOfOneThread
//   a limit of a latency that nothing timed                     6       LatencyWithoutTimes
//   the budget is missing, empty, misspelt or limits nothing    2       BudgetWithoutLimits
//   there is nothing to check against                           2       NothingToCheckAgainst
//   a suppression matches nothing / has expired                 2 / 3   UselessSuppression, ExpiredSuppression
//   the baseline is missing / damaged / of another libc         5/2/6   MissingBaseline, DamagedBaseline, OtherLibc
//   the command fails or is killed                              its own CommandThatFails
//   nothing allocates below what --forbid names                 0       ForbiddenNameThatIsUnknown: a note
//
// That every status has its cause and message is tested where these are made: exit_status_test.cpp, marks_test.cpp,
// function_operations_test.cpp, tests/hazards (other_allocators, refused_targets, deaths, damage).
#include <gmock/gmock.h>
#include <signal.h>

#include <filesystem>

#include "tests/support/measured.h"

namespace mallocop::test {
namespace {

using testing::AnyOf;
using testing::HasSubstr;
using Words = std::vector<std::string>;

constexpr const char* kLimit = "work:allocs<=2";

class Gate : public Integration {
 protected:
  static Words join(Words words, const Words& more) {
    words.insert(words.end(), more.begin(), more.end());
    return words;
  }
  // `mallocop run OPTIONS -- COMMAND`, with another library or where files may not grow at will.
  Ended run(const Words& options, const Words& words, const std::string& library = shim(),
            std::optional<uint64_t> largest_file = std::nullopt) const {
    return bare({.words = join(join({mallocop_program(), "run", "-o", trace()}, options), join({"--"}, words)),
                 .environment = {{"MALLOCOP_LIBRARY", library}},
                 .largest_file = largest_file});
  }
  Ended run(const Words& options) const { return run(options, calls()); }
  Ended check(const Words& options) const { return mallocop(join({"check", trace()}, options)); }
  // Ten calls of "work" with two allocations each.
  static Words calls() { return {program("calls"), "10", "2"}; }

  // What passes, and leaves a trace at trace().
  void expect_pass(const Words& options = {"--limit", kLimit}) const {
    const Ended ended = run(options);
    ASSERT_EQ(ended.status, 0) << ended.err;
  }
  static void expect(const Ended& ended, int status, const std::string& why) {
    EXPECT_EQ(ended.status, status) << ended.out << ended.err;
    EXPECT_THAT(ended.out + ended.err, HasSubstr(why));
  }
};

TEST_F(Gate, NoLibrary) {
  expect_pass();
  const auto with = [&](const std::string& library) { return run({"--limit", kLimit}, calls(), library); };
  expect(with(file("gone.so")), 1, "not a readable file");
  write("text.so", "no library\n");
  expect(with(file("text.so")), 6, "no trace was written");
}

TEST_F(Gate, WorkThatIsNotMeasured) {
  expect_pass();
  const std::string command = program("calls") + " 10 2";
  EXPECT_EQ(run({"--limit", kLimit}, join({"env", "-u", "LD_PRELOAD"}, calls())).status, 0) << "it is measured";
  expect(run({"--limit", kLimit}, {"sh", "-c", command + "; true"}), 6, "no operation is named 'work'");
  expect(run({"--limit", kLimit}, {"sh", "-c", "unset LD_PRELOAD; " + command + "; true"}), 6,
         "no operation is named 'work'");
}

TEST_F(Gate, EmptyTrace) {
  expect_pass();
  write("t.mcop", "");
  expect(check({"--limit", kLimit}), 2, "is empty");
}

TEST_F(Gate, CutTrace) {
  expect_pass();
  ASSERT_EQ(check({"--limit", kLimit}).status, 0);
  const std::string whole = read("t.mcop");
  for (const size_t bytes : {size_t{1}, size_t{8}, size_t{40}, size_t{64}, whole.size() / 4, whole.size() / 2,
                             whole.size() * 3 / 4, whole.size() - 40, whole.size() - 8}) {
    SCOPED_TRACE(bytes);
    write("t.mcop", whole.substr(0, bytes));
    EXPECT_THAT(check({"--limit", kLimit}).status, AnyOf(2, 6));
  }
}

TEST_F(Gate, NoRoomForATrace) {
  expect_pass();
  for (const uint64_t most : {4096U, 65536U, 300000U}) {
    SCOPED_TRACE(most);
    const Ended ended = run({"--limit", kLimit}, calls(), shim(), most);
    EXPECT_THAT(ended.status, AnyOf(2, 6)) << ended.err;
  }
}

// The command has a failure of its own, so its trace is checked.
TEST_F(Gate, LostEvents) {
  const Words limits = {"--limit", "total:allocs<=1000000"};
  const Words keeps = {program("keeps"), "300000"};
  ASSERT_EQ(run({}, keeps).status, 5);
  ASSERT_EQ(check(limits).status, 0);
  ASSERT_EQ(run({}, keeps, shim(), 1'000'000).status, 5);
  expect(check(limits), 6, "lost");
}

TEST_F(Gate, StaleTrace) {
  expect_pass();
  ASSERT_EQ(check({"--limit", kLimit}).status, 0);
  write("text.so", "no library\n");
  const Ended ended = run({"--limit", kLimit}, calls(), file("text.so"));
  expect(ended, 6, "no trace was written");
  expect(check({"--limit", kLimit}), 2, "t.mcop");
}

TEST_F(Gate, OneBadTrace) {
  expect_pass();
  std::filesystem::copy_file(trace(), file("good.mcop"));
  const auto both = [&](const Words& options = {"--limit", kLimit}) {
    return mallocop(join({"check", file("good.mcop"), trace(), file("good.mcop")}, options)).status;
  };
  ASSERT_EQ(both(), 0);
  ASSERT_EQ(run({}, {program("calls"), "10", "3"}).status, 0);
  EXPECT_EQ(both(), 3);
  ASSERT_EQ(run({}, {program("calls"), "10", "2", "kill"}).status, 128 + SIGKILL);
  EXPECT_EQ(both(), 6);
  write("t.mcop", "");
  EXPECT_EQ(both(), 2);
}

TEST_F(Gate, RenamedOperation) {
  write("b.toml", "[op.\"work\"]\nallocs = 2\n");
  expect_pass({"--budget", file("b.toml")});
  write("b.toml", "[op.\"wrok\"]\nallocs = 2\n");
  expect(run({"--budget", file("b.toml")}), 6, "no operation is named 'wrok'; the trace has 'work'");
  write("b.toml", "[op.\"work\"]\nallocs = 2\n[op.\"parse*\"]\nallocs = 2\n");
  expect(check({"--budget", file("b.toml")}), 6, "no operation is named 'parse*'");
  expect(check({"--limit", "w*x:allocs<=2"}), 6, "w*x");
}

TEST_F(Gate, OnlyWarmup) {
  expect_pass({"--limit", kLimit, "--warmup", "9"});
  expect(check({"--limit", kLimit, "--warmup", "10"}), 6, "no measured call");
  write("b.toml", "[op.\"work\"]\nallocs = 2\nwarmup = 9\n");
  ASSERT_EQ(check({"--budget", file("b.toml")}).status, 0);
  write("b.toml", "[op.\"work\"]\nallocs = 2\nwarmup = 1000\n");
  expect(check({"--budget", file("b.toml")}), 6, "no measured call");
}

TEST_F(Gate, FunctionThatIsNotCounted) {
  const auto counting = [&](const std::string& pattern) {
    return run({"--op", pattern, "--limit", "total:allocs<=1000000"}, {program("counted_O2")});
  };
  ASSERT_EQ(counting("work::parse").status, 0);
  expect(counting("work::prase"), 6, "work::prase");
  expect(counting("work::inlined_away"), 6, "inlined everywhere");
  expect(counting("work::never"), 6, "work::never");
}

TEST_F(Gate, ScopeOfOneThread) {
  write("b.toml", "[op.\"work\"]\nallocs = 2\nscope = \"process\"\n");
  expect_pass({"--budget", file("b.toml")});
  expect_pass();
  expect(check({"--budget", file("b.toml")}), 6, "measured without the other threads");
}

TEST_F(Gate, LatencyWithoutTimes) {
  expect_pass({"--limit", "work:latency.p99<=100s"});
  const auto limited = [&](const std::string& limit) {
    return run({"--op", "work::parse", "--limit", "work::parse:" + limit}, {program("counted_O2")});
  };
  ASSERT_EQ(limited("allocs<=1000").status, 0);
  expect(limited("latency.p99<=100s"), 6, "no times");
}

TEST_F(Gate, BudgetWithoutLimits) {
  write("b.toml", "[op.\"work\"]\nallocs = 2\n");
  expect_pass({"--budget", file("b.toml")});
  expect(run({"--budget", file("gone.toml")}), 2, "gone.toml");
  for (const char* text : {"", "# nothing\n", "[total]\n", "[op.\"work\"]\n", "[op.\"work\"]\nwarmup = 1\n",
                           "[op.\"work\"]\nallocs = { regress = \"1%\" }\n"}) {
    SCOPED_TRACE(text);
    write("b.toml", text);
    expect(run({"--budget", file("b.toml")}), 2, "limits nothing");
    expect(check({"--budget", file("b.toml")}), 2, "limits nothing");
  }
  for (const char* text : {"[limits]\nallocs = 0\n", "allocs = 0\n", "[op.\"work\"]\nalocs = 0\n"}) {
    SCOPED_TRACE(text);
    write("b.toml", text);
    expect(run({"--budget", file("b.toml")}), 2, "b.toml");
  }
}

// What a budget says of warm-up and tolerance is of use without a limit of its own.
TEST_F(Gate, BudgetOfSettingsServesOtherChecks) {
  write("b.toml", "[op.\"work\"]\nwarmup = 1\nallocs = { regress = \"1%\" }\n");
  EXPECT_EQ(run({"--budget", file("b.toml"), "--save-baseline", "main"}).status, 0);
  EXPECT_EQ(run({"--budget", file("b.toml"), "--baseline", "main"}).status, 0);
  EXPECT_EQ(run({"--budget", file("b.toml"), "--limit", kLimit}).status, 0);
  std::filesystem::rename(file("b.toml"), file("mallocop.toml"));
  EXPECT_EQ(run({}).status, 0) << "it was found, not asked for";
  expect(check({}), 2, "limits nothing");
  write("mallocop.toml", "");
  expect(run({}), 2, "limits nothing");
}

TEST_F(Gate, NothingToCheckAgainst) {
  expect_pass();
  ASSERT_EQ(check({"--limit", kLimit}).status, 0);
  expect(check({}), 2, "nothing to check against");
}

constexpr const char* kAllowed =
    "[op.\"work\"]\nallocs = 0\n[[allow]]\nstack = \"allocate_here\"\nreason = \"known\"\n";

TEST_F(Gate, UselessSuppression) {
  write("b.toml", kAllowed);
  expect_pass({"--budget", file("b.toml")});
  write("b.toml", std::string(kAllowed) + "[[allow]]\nstack = \"gone\"\nreason = \"known\"\n");
  expect(check({"--budget", file("b.toml")}), 2, "'gone' matches no allocation");
}

TEST_F(Gate, ExpiredSuppression) {
  write("b.toml", std::string(kAllowed) + "expires = 2999-12-31\n");
  expect_pass({"--budget", file("b.toml")});
  write("b.toml", std::string(kAllowed) + "expires = 2020-12-31\n");
  expect(check({"--budget", file("b.toml")}), 3, "2020-12-31");
}

TEST_F(Gate, MissingBaseline) {
  expect_pass({"--save-baseline", "main"});
  ASSERT_EQ(check({"--baseline", "main"}).status, 0);
  expect(check({"--baseline", "mian"}), 5, "mian");
}

TEST_F(Gate, DamagedBaseline) {
  expect_pass({"--save-baseline", "main"});
  ASSERT_EQ(check({"--baseline", "main"}).status, 0);
  const std::string name = ".mallocop/baselines/main.json";
  const std::string whole = read(name);
  for (const std::string& text :
       {std::string(), std::string("{}"), whole.substr(0, whole.size() / 2), std::string("[]")}) {
    SCOPED_TRACE(text.size());
    write(name, text);
    expect(check({"--baseline", "main"}), 2, "main.json");
  }
}

TEST_F(Gate, OtherLibc) {
  expect_pass({"--save-baseline", "main"});
  ASSERT_EQ(check({"--baseline", "main"}).status, 0);
  const std::string name = ".mallocop/baselines/main.json";
  Json baseline = Json::parse(read(name));
  ASSERT_TRUE(baseline["fingerprint"]["libc"].is_string());
  baseline["fingerprint"]["libc"] = "glibc 2.0";
  write(name, baseline.dump());
  expect(check({"--baseline", "main"}), 6, "glibc 2.0");
}

TEST_F(Gate, CommandThatFails) {
  expect_pass();
  for (const auto& [how, status] : {std::pair<std::string, int>("7", 7), {"kill", 128 + SIGKILL}}) {
    const std::string said = how == "7" ? "ended with status 7" : "was killed by signal 9";
    const Ended ended = run({"--limit", kLimit}, join(calls(), {how}));
    expect(ended, status, "the command " + said + "; no verdict was given");
    const Ended quiet = run({"--quiet"}, join(calls(), {how}));
    expect(quiet, status, "the command " + said + "; no verdict was given");
  }
  const Ended quiet = run({"--quiet"}, {"/bin/false"});
  EXPECT_EQ(quiet.status, 1);
  EXPECT_EQ(quiet.err, "mallocop: the command ended with status 1; no verdict was given\n");
  EXPECT_EQ(run({"--quiet"}, {"/bin/true"}).err, "");
  const Ended json = run({"--quiet", "--format", "json"}, {"/bin/false"});
  EXPECT_EQ(json.status, 1);
  EXPECT_FALSE(Json::parse(json.err, nullptr, false).is_discarded()) << "a document stays one";
}

TEST_F(Gate, ForbiddenNameThatIsUnknown) {
  expect_pass();
  expect(check({"--forbid", "allocate_here"}), 3, "allocate_here");
  expect(check({"--forbid", "allocate_heer"}), 0, "no function of that name allocates");
}

}  // namespace
}  // namespace mallocop::test
