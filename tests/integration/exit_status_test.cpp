// Every exit status of docs/cli.md, by a command line that people would type.
#include <gmock/gmock.h>
#include <signal.h>

#include "tests/support/measured.h"

namespace mallocop::test {
namespace {

using testing::Contains;
using testing::HasSubstr;
using Words = std::vector<std::string>;

class ExitStatus : public Integration {
 protected:
  // `mallocop run OPTIONS -- calls CALLS EACH [STATUS]`
  Ended run(Words options, const Words& arguments) const {
    Words words = {"run", "-o", trace()};
    words.insert(words.end(), options.begin(), options.end());
    words.insert(words.end(), {"--", program("calls")});
    words.insert(words.end(), arguments.begin(), arguments.end());
    return mallocop(words);
  }
  int status(const Words& options, const Words& arguments = {"10", "2"}) const {
    const Ended ended = run(options, arguments);
    EXPECT_FALSE(ended.signaled) << ended.err;
    return ended.status;
  }
};

TEST_F(ExitStatus, IsZeroWithinTheLimits) {
  EXPECT_EQ(status({}), 0);
  EXPECT_EQ(status({"--limit", "work:allocs<=2"}), 0);
  EXPECT_EQ(status({"--limit", "work:bytes<=64"}), 0);
  EXPECT_EQ(status({"--limit", "work:allocs.max<=2", "--limit", "work:peak<=32", "--forbid", "no_such_*"}), 0);
  EXPECT_EQ(mallocop({"check", "--limit", "work:allocs<=2", trace()}).status, 0);
  EXPECT_EQ(mallocop({"report", trace()}).status, 0);
  EXPECT_EQ(mallocop({"--version"}).status, 0);
  EXPECT_EQ(mallocop({"run", "--help"}).status, 0);
}

TEST_F(ExitStatus, IsOneIfMallocopCannot) {
  EXPECT_EQ(mallocop({"run", "--", "/no/such/program"}).status, 1);
  EXPECT_EQ(mallocop({"run", "--", "no-such-program-anywhere"}).status, 1);
  EXPECT_EQ(mallocop({"run", "-o", "/no/such/folder/t.mcop", "--", program("empty")}).status, 1);
  write("precious.txt", "do not overwrite\n");
  EXPECT_EQ(mallocop({"run", "-o", file("precious.txt"), "--", program("empty")}).status, 1);
  EXPECT_EQ(read("precious.txt"), "do not overwrite\n");
  EXPECT_EQ(run({"--report", "/no/such/folder/report.txt"}, {"1", "1"}).status, 1);
  EXPECT_EQ(files(), Words{"precious.txt"}) << "the command did not run";
}

TEST_F(ExitStatus, IsTwoForAMistakeInTheCommandLineOrTheBudget) {
  write("bad.toml", "[op.\"work\"]\nalocs = 0\n");
  const Ended budget = run({"--budget", file("bad.toml")}, {"1", "1"});
  EXPECT_EQ(budget.status, 2);
  EXPECT_THAT(budget.err, testing::AllOf(HasSubstr("bad.toml"), HasSubstr("2"), HasSubstr("allocs")));
  EXPECT_EQ(files(), Words{"bad.toml"}) << "a mistake costs no run";
  EXPECT_EQ(status({"--limit", "work:allocs<2"}), 2);
  EXPECT_EQ(status({"--budget", file("missing.toml")}), 2);
  EXPECT_EQ(status({"--no-such-option"}), 2);
  EXPECT_EQ(mallocop({"run"}).status, 2);
  EXPECT_EQ(mallocop({"rnu", "--", "true"}).status, 2);
  EXPECT_EQ(mallocop({}).status, 2);
  EXPECT_EQ(mallocop({"report", file("missing.mcop")}).status, 2);
  ASSERT_EQ(status({}), 0);
  EXPECT_EQ(mallocop({"check", trace()}).status, 2) << "nothing to check against";
}

TEST_F(ExitStatus, IsThreeOverALimitOrBudgetAndNamesTheCulprit) {
  const Ended limit = run({"--limit", "work:allocs<=1"}, {"10", "2"});
  EXPECT_EQ(limit.status, 3);
  EXPECT_THAT(limit.err, testing::AllOf(HasSubstr("work"), HasSubstr("allocate_here"), HasSubstr("calls.c:")));
  EXPECT_EQ(status({"--limit", "work:bytes<=63"}), 3);
  EXPECT_EQ(status({"--forbid", "allocate_here"}), 3);
  write("budget.toml", "[op.\"w*\"]\nallocs = { max = 1 }\n");
  EXPECT_EQ(status({"--budget", file("budget.toml")}), 3);
  write("total.toml", "[total]\nallocs = 0\n");
  EXPECT_EQ(mallocop({"check", "--limit", "work:allocs<=1", trace()}).status, 3);
}

TEST_F(ExitStatus, TakesTheBudgetOfTheCurrentFolder) {
  write("mallocop.toml", "[op.\"work\"]\nallocs = 1\n");
  EXPECT_EQ(status({}), 3);
  EXPECT_EQ(mallocop({"check", trace()}).status, 3);
  write("mallocop.toml", "[op.\"work\"]\nallocs = 2\n");
  EXPECT_EQ(status({}), 0);
  EXPECT_EQ(mallocop({"check", trace()}).status, 0);
}

TEST_F(ExitStatus, ComparesWithABaseline) {
  EXPECT_EQ(status({"--baseline", "main"}), 5);
  EXPECT_EQ(status({"--save-baseline", "main"}, {"10", "3"}), 0);
  EXPECT_THAT(files(), Contains(".mallocop/baselines/main.json"));
  EXPECT_EQ(status({"--baseline", "main"}, {"10", "3"}), 0);
  EXPECT_EQ(status({"--baseline", "main", "--strict"}, {"10", "3"}), 0);
  EXPECT_EQ(status({"--baseline", "main"}, {"10", "4"}), 3);
  EXPECT_EQ(mallocop({"check", "--baseline", "main", trace()}).status, 3);
  EXPECT_EQ(status({"--baseline", "main"}, {"10", "2"}), 0);
  EXPECT_EQ(status({"--baseline", "main", "--strict"}, {"10", "2"}), 4);
  EXPECT_EQ(mallocop({"check", "--baseline", "main", "--strict", trace()}).status, 4);
  EXPECT_EQ(mallocop({"check", "--baseline", "other", trace()}).status, 5);
}

TEST_F(ExitStatus, IsSixIfTheMeasurementIsNotValid) {
  const Ended missing = run({"--limit", "another:allocs<=0"}, {"10", "2"});
  EXPECT_EQ(missing.status, 6);
  EXPECT_THAT(missing.err, HasSubstr("another"));
  EXPECT_EQ(status({"--limit", "work:allocs<=2"}, {"0", "0"}), 6) << "the operation never ran";
  EXPECT_EQ(status({"--limit", "work:allocs<=2", "--warmup", "10"}), 6) << "all of it was warm-up";
  const Ended refused = mallocop({"run", "--", program("empty_static")});
  EXPECT_EQ(refused.status, 6);
  EXPECT_THAT(refused.err, HasSubstr("static"));
  ASSERT_EQ(status({}, {"10", "2", "kill"}), 128 + SIGKILL);
  EXPECT_EQ(mallocop({"report", trace()}).status, 6);
  EXPECT_EQ(mallocop({"check", "--limit", "work:allocs<=2", trace()}).status, 6);
}

TEST_F(ExitStatus, OfTheCommandIsPassedThroughWithoutAVerdict) {
  const Ended failed = run({"--limit", "work:allocs<=0", "--save-baseline", "main"}, {"10", "2", "7"});
  EXPECT_EQ(failed.status, 7);
  EXPECT_EQ(files(), Words{"t.mcop"}) << "no baseline of a run that failed";
  EXPECT_EQ(status({"--limit", "work:allocs<=0"}, {"10", "2", "kill"}), 128 + SIGKILL);
  EXPECT_EQ(status({"--baseline", "none"}, {"10", "2", "7"}), 5) << "a missing baseline costs no run";
}

TEST_F(ExitStatus, OfTheSelfTestIsZero) {
  const Ended ended = mallocop({"self-test"});
  EXPECT_EQ(ended.status, 0) << ended.out << ended.err;
}

}  // namespace
}  // namespace mallocop::test
