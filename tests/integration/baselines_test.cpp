// Baselines and first budgets from end to end: what is kept, shown, compared, patched and removed.
#include <gmock/gmock.h>

#include <filesystem>

#include "tests/support/measured.h"

namespace mallocop::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using Words = std::vector<std::string>;

class Baselines : public Integration {
 protected:
  // `mallocop COMMAND OPTIONS -- calls CALLS EACH`
  Ended on_calls(const std::string& command, Words options, const std::string& each, const std::string& calls = "10") {
    Words words = {command};
    if (command == "run") options.insert(options.begin(), {"-o", trace()});
    words.insert(words.end(), options.begin(), options.end());
    words.insert(words.end(), {"--", program("calls"), calls, each});
    return mallocop(words);
  }
  static constexpr const char* kFile = ".mallocop/baselines/main.json";
};

TEST_F(Baselines, AreListedShownAndRemoved) {
  EXPECT_THAT(mallocop({"baseline", "list"}).out, HasSubstr("0 baselines"));
  ASSERT_EQ(on_calls("run", {"--save-baseline", "main"}, "3").status, 0);
  ASSERT_EQ(on_calls("run", {"--save-baseline", "other"}, "4").status, 0);
  const Ended list = mallocop({"baseline", "list"});
  EXPECT_EQ(list.status, 0);
  EXPECT_THAT(list.out, AllOf(HasSubstr("2 baselines"), HasSubstr("main"), HasSubstr("other"), HasSubstr("glibc")));
  const Ended show = mallocop({"baseline", "show", "main"});
  EXPECT_EQ(show.status, 0);
  EXPECT_THAT(show.out, AllOf(HasSubstr("work"), HasSubstr("allocs/op"), HasSubstr("10")));
  EXPECT_EQ(mallocop({"baseline", "show", "main", "--format", "json"}).out, read(kFile));
  EXPECT_EQ(mallocop({"baseline", "rm", "main"}).status, 0);
  EXPECT_EQ(mallocop({"baseline", "show", "main"}).status, 5);
  EXPECT_EQ(mallocop({"baseline", "rm", "main", "other"}).status, 5) << "one of them is not there";
  EXPECT_THAT(mallocop({"baseline", "list"}).out, HasSubstr("0 baselines")) << "but the other was, and is gone";
}

TEST_F(Baselines, ADamagedOneIsToldOfAndHidesNoOther) {
  ASSERT_EQ(on_calls("run", {"--save-baseline", "main"}, "3").status, 0);
  write(".mallocop/baselines/broken.json", "{");
  const Ended list = mallocop({"baseline", "list"});
  EXPECT_EQ(list.status, 2);
  EXPECT_THAT(list.err, HasSubstr("broken.json"));
  EXPECT_THAT(list.out, HasSubstr("main"));
}

TEST_F(Baselines, NamesLeadNowhereElse) {
  write("precious.json", "{}");
  EXPECT_EQ(mallocop({"baseline", "rm", "../../precious"}).status, 2);
  EXPECT_EQ(read("precious.json"), "{}");
  EXPECT_EQ(mallocop({"baseline"}).status, 2);
  EXPECT_EQ(mallocop({"baseline", "frob"}).status, 2);
}

TEST_F(Baselines, AWorseRunNamesWhatIsMore) {
  ASSERT_EQ(on_calls("run", {"--save-baseline", "main"}, "3").status, 0);
  const Ended worse = on_calls("run", {"--baseline", "main"}, "5");
  EXPECT_EQ(worse.status, 3);
  EXPECT_THAT(worse.err, AllOf(HasSubstr("allocs.mean 5 > 3 (baseline main)"), HasSubstr("5 per call, was 3")));
}

TEST_F(Baselines, TheRatchetsPatchIsWhatItAsksFor) {
  ASSERT_EQ(on_calls("run", {"--save-baseline", "main"}, "5").status, 0);
  EXPECT_EQ(on_calls("run", {"--baseline", "main"}, "3").status, 0) << "better is well without --strict";
  const Ended better = on_calls("run", {"--baseline", "main", "--strict"}, "3");
  ASSERT_EQ(better.status, 4);
  EXPECT_THAT(better.err, HasSubstr(std::string("--- a/") + kFile));
  // The page is the patch's cover letter: patch finds it there by itself.
  write("page.txt", better.err);
  const Ended patched = bare({{"patch", "-p1", "-i", "page.txt"}});
  ASSERT_EQ(patched.status, 0) << patched.out << patched.err;
  EXPECT_EQ(on_calls("run", {"--baseline", "main", "--strict"}, "3").status, 0);
  EXPECT_EQ(on_calls("run", {"--baseline", "main", "--strict"}, "4").status, 3) << "the gain is kept";
}

TEST_F(Baselines, GitTakesThePatchAsWell) {
  ASSERT_EQ(on_calls("run", {"--save-baseline", "main"}, "5").status, 0);
  const Ended better = mallocop({"check", "--baseline", "main", "--strict", trace()});
  ASSERT_EQ(better.status, 0);
  ASSERT_EQ(on_calls("run", {}, "3").status, 0);
  const Ended page = mallocop({"check", "--baseline", "main", "--strict", trace()});
  ASSERT_EQ(page.status, 4);
  write("page.txt", page.out);
  const Ended applied = bare({{"git", "apply", "page.txt"}});
  ASSERT_EQ(applied.status, 0) << applied.err;
  EXPECT_EQ(mallocop({"check", "--baseline", "main", "--strict", trace()}).status, 0);
}

class Init : public Baselines {};

TEST_F(Init, WritesABudgetThatTheRunKeepsAndAWorseOneBreaks) {
  const Ended init = on_calls("init", {}, "3");
  ASSERT_EQ(init.status, 0) << init.err;
  EXPECT_EQ(files(), Words{"mallocop.toml"}) << "no trace is left";
  EXPECT_THAT(init.err, HasSubstr("wrote mallocop.toml: 2 limits of 1 operation"));
  EXPECT_THAT(read("mallocop.toml"), AllOf(HasSubstr("[op.\"work\"]"), HasSubstr("\nallocs = 3 ")));
  EXPECT_EQ(on_calls("run", {}, "3").status, 0);
  EXPECT_EQ(on_calls("run", {}, "4").status, 3);
}

TEST_F(Init, TakesATraceToo) {
  ASSERT_EQ(on_calls("run", {}, "2").status, 0);
  const Ended init = mallocop({"init", "-o", "-", trace()});
  EXPECT_EQ(init.status, 0) << init.err;
  EXPECT_THAT(init.out, HasSubstr("\nallocs = 2 "));
}

TEST_F(Init, LimitsTheWholeProcessWhereThereAreNoOperations) {
  ASSERT_EQ(mallocop({"init", "--", program("empty_cpp")}).status, 0);
  EXPECT_THAT(read("mallocop.toml"), AllOf(HasSubstr("\nallocs = 1 "), HasSubstr("\nbytes = \"71 KiB\"")));
  EXPECT_EQ(mallocop({"run", "--", program("empty_cpp")}).status, 0);
}

TEST_F(Init, CountsFunctions) {
  const Ended init = mallocop({"init", "--op", "no_such_function_*", "--", program("calls"), "1", "1"});
  EXPECT_EQ(init.status, 6) << init.err;
  EXPECT_EQ(files(), Words{}) << "nothing was measured, so nothing is written";
}

TEST_F(Init, LosesNothing) {
  write("mallocop.toml", "# mine\n");
  EXPECT_EQ(on_calls("init", {}, "3").status, 2);
  EXPECT_EQ(read("mallocop.toml"), "# mine\n");
  EXPECT_EQ(on_calls("init", {"--force"}, "3").status, 0);
  EXPECT_THAT(read("mallocop.toml"), HasSubstr("work"));
}

TEST_F(Init, WantsATraceOrACommandThatWorks) {
  EXPECT_EQ(mallocop({"init"}).status, 2);
  EXPECT_EQ(mallocop({"init", "x.mcop", "--", "true"}).status, 2);
  EXPECT_EQ(mallocop({"init", "--op", "f", "x.mcop"}).status, 2);
  const Ended failed = mallocop({"init", "--", "false"});
  EXPECT_EQ(failed.status, 6);
  EXPECT_THAT(failed.err, HasSubstr("nothing was written"));
  EXPECT_EQ(files(), Words{});
}

}  // namespace
}  // namespace mallocop::test
