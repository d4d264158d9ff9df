#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "report/output/outputs.h"
#include "report/support/version.h"
#include "tests/unit/report/add_stack.h"
#include "tests/unit/report/output/sample_profile.h"

namespace mallocop::report {
namespace {

using Json = nlohmann::ordered_json;

Json parse_report(const ReportInput& input) { return Json::parse(write_json(input, {})); }

TEST(JsonReport, HasTheTopLevelOfTheSchema) {
  const Json json = parse_report(sample_input());
  EXPECT_EQ(json["schema"], "mallocop.report/1");
  EXPECT_EQ(json["tool_version"], tool_version());
  EXPECT_EQ(json["command"], Json({"./conductor", "--calls", "1000"}));
  EXPECT_EQ(json["fingerprint"]["libc"], "glibc 2.36");
  EXPECT_TRUE(json["verdict"].is_null());
  EXPECT_TRUE(json["after"].is_null());
}

TEST(JsonReport, WritesTotalsAndLedgerExactly) {
  ReportInput input = sample_input();
  input.profile.totals.bytes = UINT64_MAX;
  const Json json = parse_report(input);
  EXPECT_EQ(json["totals"]["bytes"].get<uint64_t>(), UINT64_MAX);
  EXPECT_EQ(json["totals"]["allocations"], 4103);
  EXPECT_EQ(json["totals"]["leaked_bytes"], 64);
  EXPECT_EQ(json["totals"]["peak_bytes"], 70'000);
  EXPECT_EQ(json["measurement"]["valid"], true);
  EXPECT_EQ(json["measurement"]["events"], 8123);
  EXPECT_EQ(json["measurement"]["stacks_truncated"], 0);
  EXPECT_DOUBLE_EQ(json["measurement"]["symbolised_share"].get<double>(), 0.98);
}

TEST(JsonReport, GivesMeansAsQuotients) {
  const Json per_op = parse_report(sample_input())["operations"][0]["allocations"]["per_op"];
  EXPECT_EQ(per_op["mean"]["num"], 3001);
  EXPECT_EQ(per_op["mean"]["den"], 1000);
  EXPECT_DOUBLE_EQ(per_op["mean"]["value"].get<double>(), 3.001);
  EXPECT_TRUE(per_op["p99"].is_number_integer());
  EXPECT_EQ(per_op["max"], 4);
  EXPECT_FALSE(per_op.contains("exact"));
}

TEST(JsonReport, NamesEveryRanking) {
  ReportInput input = sample_input();
  EXPECT_EQ(parse_report(input)["ranked_by"], "allocs");
  for (const RankingName& each : kRankings) {
    input.profile.ranking = each.ranking;
    EXPECT_EQ(parse_report(input)["ranked_by"], std::string(each.name));
  }
}

TEST(JsonReport, GivesFractionalQuantilesExactlyToo) {
  ReportInput input = sample_input();
  input.profile.operations[0].bytes.p99 = {1, 3};
  const Json per_op = parse_report(input)["operations"][0]["bytes"]["per_op"];
  EXPECT_TRUE(per_op["p99"].is_number_float());
  EXPECT_EQ(per_op["exact"]["p99"]["num"], 1);
  EXPECT_EQ(per_op["exact"]["p99"]["den"], 3);
  EXPECT_FALSE(per_op["exact"].contains("p50"));
}

TEST(JsonReport, HasTimesOnlyWhereTheyWereMeasured) {
  const Json operations = parse_report(sample_input())["operations"];
  EXPECT_DOUBLE_EQ(operations[0]["latency_ns"]["p99"].get<double>(), 2048);
  EXPECT_DOUBLE_EQ(operations[0]["throughput_per_s"].get<double>(), 1'234'567);
  EXPECT_TRUE(operations[1]["latency_ns"].is_null());
  EXPECT_TRUE(operations[1]["throughput_per_s"].is_null());
}

TEST(JsonReport, HasTheTimesOfAHarnessThatTimes) {
  ReportInput input = sample_input();
  input.profile.operations[1].harness_time = HarnessTime{12.5, 11};
  const Json operations = parse_report(input)["operations"];
  EXPECT_TRUE(operations[0]["harness_time_ns"].is_null());
  EXPECT_DOUBLE_EQ(operations[1]["harness_time_ns"]["real"].get<double>(), 12.5);
  EXPECT_DOUBLE_EQ(operations[1]["harness_time_ns"]["cpu"].get<double>(), 11);
}

TEST(JsonReport, KeepsNamesWholeAndSitesInOrder) {
  const Json sites = parse_report(sample_input())["sites"];
  ASSERT_EQ(sites.size(), 3U);
  EXPECT_EQ(sites[0]["location"]["function"], "Conductor::route(Message const&)");
  EXPECT_EQ(sites[0]["location"]["file"], "../samples/conductor.cpp");
  EXPECT_EQ(sites[0]["location"]["line"], 42);
  EXPECT_EQ(sites[0]["operation"], "Conductor::dispatch");
  EXPECT_EQ(sites[0]["pattern"], "every-op");
  EXPECT_EQ(sites[1]["pattern"], "first-op-only");
  EXPECT_EQ(sites[1]["cause"], "unknown");
  EXPECT_TRUE(sites[1]["advice"].is_null());
  EXPECT_TRUE(sites[2]["operation"].is_null());
  EXPECT_EQ(sites[0]["stack"].size(), 2U);
  EXPECT_TRUE(sites[0]["stack"][0]["file"].is_null());
  EXPECT_TRUE(sites[0]["stack"][0]["line"].is_null());
}

TEST(JsonReport, NamesEveryPattern) {
  ReportInput input = sample_input();
  const std::pair<Pattern, const char*> patterns[] = {{Pattern::kEveryOp, "every-op"},
                                                      {Pattern::kFirstOpOnly, "first-op-only"},
                                                      {Pattern::kAmortisedGrowth, "amortised-growth"},
                                                      {Pattern::kSomeOps, "some-ops"},
                                                      {Pattern::kOutsideOps, "outside-ops"}};
  for (const auto& [pattern, name] : patterns) {
    input.profile.sites[0].pattern = pattern;
    EXPECT_EQ(parse_report(input)["sites"][0]["pattern"], name);
  }
}

TEST(JsonReport, SurvivesNamesThatAreNoText) {
  ReportInput input = sample_input();
  frame_at(input.profile, 0, 1).function = "bad \xff\x9b bytes";
  input.profile.operations[0].name = "</script>\x1b[31m\x7f\xc2\x9b";
  const std::string text = write_json(input, {});
  for (const char byte : text) EXPECT_TRUE(byte == '\n' || (byte >= ' ' && byte < 0x7f));
  const Json json = Json::parse(text);
  EXPECT_EQ(json["operations"][0]["name"], "</script>\x1b[31m\x7f\xc2\x9b");
  EXPECT_EQ(json["sites"][0]["location"]["function"], "bad \xef\xbf\xbd\xef\xbf\xbd bytes");
}

TEST(JsonReport, CarriesTheVerdict) {
  ReportInput input = sample_input();
  Verdict verdict;
  verdict.status = ExitStatus::kOverBudget;
  verdict.compared.resize(2);
  verdict.violations = {{Violation::Kind::kBudget, "parse", "allocs", "mean", "0", "3", "mallocop.toml:2", {0}},
                        {Violation::Kind::kBudget, "", "leaked_bytes", "total", "0 B", "64 B", "--limit", {}}};
  input.verdict = verdict;
  const Json json = parse_report(input)["verdict"];
  EXPECT_EQ(json["status"], 3);
  EXPECT_EQ(json["checks"], 2);
  EXPECT_EQ(json["violations"][0]["op"], "parse");
  EXPECT_EQ(json["violations"][0]["metric"], "allocs");
  EXPECT_EQ(json["violations"][0]["limit"], "0");
  EXPECT_EQ(json["violations"][0]["actual"], "3");
  EXPECT_EQ(json["violations"][0]["sites"], Json::array({0}));
  EXPECT_TRUE(json["violations"][1]["op"].is_null());
}

TEST(JsonReport, IsWrittenForAnInvalidMeasurementAndWhenQuiet) {
  ReportInput input = sample_input();
  input.profile.measurement.valid = false;
  input.profile.measurement.reasons = {"12 events were lost"};
  OutputOptions options;
  options.extent = Extent::kFailure;
  const Json json = Json::parse(write_json(input, options));
  EXPECT_EQ(json["measurement"]["valid"], false);
  EXPECT_EQ(json["measurement"]["reasons"], Json::array({"12 events were lost"}));
}

TEST(JsonReport, WritesStacksToABound) {
  ReportInput input = sample_input();
  const size_t deep = add_stack_of(input.profile, std::vector<FrameIndex>(40, 1));
  input.profile.sites.resize(3, input.profile.sites[0]);
  for (Site& site : input.profile.sites) site.stack = deep;
  OutputOptions options;
  options.most_stack_text = 1000;  // reached by the first site
  const Json sites = Json::parse(write_json(input, options))["sites"];
  EXPECT_EQ(sites[0]["stack"].size(), 40U);
  EXPECT_EQ(sites[0]["stack_truncated"], false);
  for (const size_t site : {1U, 2U}) {
    EXPECT_EQ(sites[site]["stack"].size(), 16U);
    EXPECT_EQ(sites[site]["stack"][15], sites[0]["stack"][15]);
    EXPECT_EQ(sites[site]["stack_truncated"], true);
  }
}

TEST(JsonReport, CompactIsOneLine) {
  OutputOptions options;
  options.compact = true;
  const std::string text = write_json(sample_input(), options);
  EXPECT_EQ(text.find('\n'), text.size() - 1);
}

TEST(JsonReport, HasThePlan) {
  const Json plan = parse_report(sample_input())["plan"];
  ASSERT_EQ(plan.size(), 1U);
  EXPECT_EQ(plan[0]["priority"], 1);
  EXPECT_EQ(plan[0]["sites"], Json::array({0}));
}

}  // namespace
}  // namespace mallocop::report
