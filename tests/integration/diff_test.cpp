// `mallocop diff` of traces and baselines of a program whose figures are known.
#include <gmock/gmock.h>

#include "tests/support/measured.h"

namespace mallocop::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using Words = std::vector<std::string>;

class Diff : public Integration {
 protected:
  // A trace of `calls` calls with `each` allocations each, and a baseline of the name if there is one.
  void measured(const std::string& name, const std::string& each, bool keep_baseline = false) {
    Words words = {"run", "-o", file(name + ".mcop"), "--quiet"};
    if (keep_baseline) words.insert(words.end(), {"--save-baseline", name});
    words.insert(words.end(), {"--", program("calls"), "10", each});
    ASSERT_EQ(mallocop(words).status, 0);
  }
  Json json(const std::string& before, const std::string& now) {
    const Ended ended = mallocop({"diff", before, now, "--format", "json"});
    EXPECT_EQ(ended.status, 0) << ended.err;
    return Json::parse(ended.out);
  }
};

TEST_F(Diff, OfTwoTracesNamesWhoMadeTheDifference) {
  measured("before", "3");
  measured("after", "5");
  const Json diff = json(file("before.mcop"), file("after.mcop"));
  EXPECT_EQ(diff["schema"], "mallocop.diff/1");
  EXPECT_EQ(diff["totals"]["allocs"]["now"].get<int>() - diff["totals"]["allocs"]["before"].get<int>(), 20);
  ASSERT_EQ(diff["operations"].size(), 1U);
  const Json& operation = diff["operations"][0];
  EXPECT_TRUE(operation["differs"].get<bool>());
  EXPECT_EQ(operation["metrics"]["allocs"]["mean"]["before"]["value"], 3.0);
  EXPECT_EQ(operation["metrics"]["allocs"]["mean"]["now"]["value"], 5.0);
  ASSERT_FALSE(diff["places"].empty());
  double difference = 0;
  for (const Json& place : diff["places"]) {
    EXPECT_TRUE(place["certain"].get<bool>());
    if (place["operation"] != operation["name"]) continue;
    if (!place["allocations"]["now"].is_null()) difference += place["allocations"]["now"]["value"].get<double>();
    if (!place["allocations"]["before"].is_null()) difference -= place["allocations"]["before"]["value"].get<double>();
  }
  EXPECT_EQ(difference, 2.0) << "places add up to their operation";

  const Ended page = mallocop({"diff", file("before.mcop"), file("after.mcop")});
  EXPECT_THAT(page.out, AllOf(HasSubstr("Difference: "), HasSubstr("+66.7 %"), HasSubstr("more: "),
                              HasSubstr("3 -> 5 allocations")));
  EXPECT_THAT(page.out, Not(HasSubstr("different conditions")));
  EXPECT_THAT(mallocop({"diff", file("before.mcop"), file("after.mcop"), "--format", "markdown"}).out,
              HasSubstr("## Operations"));
}

TEST_F(Diff, OfATraceWithItselfIsNone) {
  measured("one", "3");
  const Json diff = json(file("one.mcop"), file("one.mcop"));
  EXPECT_TRUE(diff["places"].empty());
  EXPECT_FALSE(diff["operations"][0]["differs"].get<bool>());
  EXPECT_THAT(mallocop({"diff", file("one.mcop"), file("one.mcop")}).out, HasSubstr("nobody"));
}

TEST_F(Diff, ABaselineStandsForATraceOnEitherSide) {
  measured("before", "3", true);
  measured("after", "1", true);
  const Json traces = json(file("before.mcop"), file("after.mcop"));
  for (const auto& [before, now] : {std::pair<std::string, std::string>{"before", file("after.mcop")},
                                    {file("before.mcop"), "after"},
                                    {"before", "after"}}) {
    SCOPED_TRACE(before + " " + now);
    const Json diff = json(before, now);
    EXPECT_EQ(diff["totals"], traces["totals"]);
    EXPECT_EQ(diff["operations"][0]["metrics"]["allocs"], traces["operations"][0]["metrics"]["allocs"]);
    ASSERT_EQ(diff["places"].size(), traces["places"].size());
    for (size_t index = 0; index < diff["places"].size(); ++index) {
      EXPECT_EQ(diff["places"][index]["function"], traces["places"][index]["function"]);
      EXPECT_EQ(diff["places"][index]["allocations"], traces["places"][index]["allocations"]);
    }
  }
}

TEST_F(Diff, NamesThatAreNothingAreErrors) {
  measured("one", "3", true);
  EXPECT_EQ(mallocop({"diff", "one", "two"}).status, 5);
  const Ended missing = mallocop({"diff", "one", file("two.mcop")});
  EXPECT_EQ(missing.status, 2);
  EXPECT_THAT(missing.err, HasSubstr("there is no trace"));
  EXPECT_EQ(mallocop({"diff", "one"}).status, 2);
}

TEST_F(Diff, OfATraceThatIsNotWholeSaysSo) {
  measured("one", "3");
  std::string cut = read("one.mcop");
  write("cut.mcop", cut.substr(0, cut.size() * 3 / 4));
  const Ended diff = mallocop({"diff", file("one.mcop"), file("cut.mcop")});
  EXPECT_EQ(diff.status, 6) << diff.err;
  EXPECT_THAT(diff.out, HasSubstr("cut.mcop is not whole"));
}

TEST_F(Diff, GoesToAFileAndKeepsToOperationsThatAreAskedFor) {
  measured("before", "3");
  measured("after", "5");
  const Words words = {"diff", file("before.mcop"), file("after.mcop"), "-o", file("page.txt"), "--op"};
  const auto diff_of = [&](const std::string& pattern) {
    Words all = words;
    all.push_back(pattern);
    return mallocop(all).status;
  };
  EXPECT_EQ(diff_of("wor*"), 0);
  EXPECT_THAT(read("page.txt"), AllOf(HasSubstr("Whole process"), HasSubstr("allocs/op"), HasSubstr("work")));
  EXPECT_EQ(diff_of("none*"), 2);
}

}  // namespace
}  // namespace mallocop::test
