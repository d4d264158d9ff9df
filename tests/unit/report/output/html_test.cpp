// The data of an HTML page: all that is shown adds up to what was measured, and nothing in it can leave its place.
#include "report/output/html.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <numeric>

#include "report/output/html_parts.h"
#include "report/output/outputs.h"
#include "report/page/shell.h"
#include "tests/unit/report/add_stack.h"
#include "tests/unit/report/output/sample_profile.h"

namespace mallocop::report {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

uint64_t sum(const Json& column) {
  return std::accumulate(column.begin(), column.end(), uint64_t{0},
                         [](uint64_t total, const Json& one) { return total + one.get<uint64_t>(); });
}

// Names of the functions of a row's stack, innermost first.
std::vector<std::string> stack_of(const Json& tables, const Json& columns, size_t row) {
  std::vector<std::string> names;
  for (int64_t node = columns["node"][row]; node >= 0; node = tables["nodes"]["parent"][static_cast<size_t>(node)]) {
    const size_t frame = tables["nodes"]["frame"][static_cast<size_t>(node)];
    const size_t function = tables["frames"]["function"][frame];
    names.push_back(tables["texts"][tables["functions"]["whole"][function].get<size_t>()]);
  }
  return names;
}

TEST(HtmlData, HasTotalsAndEverySite) {
  const Json data = html_data(nullptr, sample_input(), {});
  const Json& profile = data["profile"];
  EXPECT_EQ(profile["totals"]["allocations"], 4103);
  EXPECT_EQ(profile["totals"]["leaked_bytes"], 64);
  EXPECT_EQ(profile["sites"]["allocations"], Json({3000, 1102, 1}));
  EXPECT_EQ(profile["sites"]["bytes"], Json({511'000, 88'000, 1000}));
  EXPECT_EQ(profile["sites"]["operation"], Json({0, -1, 0}));
  EXPECT_EQ(profile["operations"][0]["allocations"]["mean"], Json({"3.001", 3.001}));
  EXPECT_EQ(profile["operations"][0]["time"]["p99"][0], "2.05 us");
  EXPECT_TRUE(data["before"].is_null());
  EXPECT_TRUE(profile["verdict"].is_null());
}

TEST(HtmlData, HasTheStackOfEverySite) {
  const Json data = html_data(nullptr, sample_input(), {});
  const Json& columns = data["profile"]["sites"];
  EXPECT_THAT(stack_of(data["tables"], columns, 0),
              ElementsAre("operator new(unsigned long)", "Conductor::route(Message const&)"));
  EXPECT_THAT(stack_of(data["tables"], columns, 1), ElementsAre("malloc", "main"));
  const size_t place = columns["place"][0];
  EXPECT_EQ(data["tables"]["frames"]["line"][place], 42);
}

TEST(HtmlData, SaysTheSameAsTheTextOfBottlenecksAndPlan) {
  const Json profile = html_data(nullptr, sample_input(), {})["profile"];
  EXPECT_EQ(profile["bottlenecks"]["list"][0]["impact"],
            "3,000 allocations, 499.0 KiB, >99 % of Conductor::dispatch: 3 per call, in every call");
  EXPECT_EQ(profile["bottlenecks"]["list"][0]["sites"], Json({0}));
  EXPECT_EQ(profile["plan"]["list"][0]["expected"], "3 fewer allocations in every call");
}

// Stacks share callers: a node is there once.
TEST(HtmlTables, KeepWhatIsSharedOnce) {
  Profile profile;
  profile.frames.resize(3);
  profile.frames[0].function = "leaf";
  profile.frames[1].function = "other";
  profile.frames[2].function = "main";
  add_stack_of(profile, {0, 2});
  add_stack_of(profile, {1, 2});
  for (size_t stack = 0; stack < 2; ++stack) {
    Site site;
    site.stack = stack;
    site.allocations = 1;
    profile.sites.push_back(site);
  }
  PageTables tables;
  PageSites sites;
  const Json columns = page_sites(profile, tables, 10, sites);
  EXPECT_EQ(tables.nodes(), 3U);
  // The same function of another measurement has the same number.
  page_sites(profile, tables, 10, sites);
  EXPECT_EQ(tables.nodes(), 3U);
  EXPECT_EQ(columns["allocations"].size(), 2U);
}

TEST(HtmlSites, SumUpWhatHasNoRowOfItsOwn) {
  const Profile profile = sample_profile();
  PageTables tables;
  PageSites sites;
  const Json columns = page_sites(profile, tables, 1, sites);
  EXPECT_EQ(sites.without_row, 2U);
  EXPECT_EQ(sum(columns["allocations"]), 4103U);
  EXPECT_EQ(sum(columns["bytes"]), 600'000U);
  EXPECT_EQ(columns["operation"], Json({0, -1, 0}));
  EXPECT_THAT(sites.row_of, ElementsAre(0, 2, 1));
  EXPECT_EQ(rows_of({0, 1, 1, 2}, sites), Json({0, 2, 1}));
}

TEST(HtmlSites, GiveARowToWhatIsLargeInAnyMetric) {
  Profile profile = sample_profile();
  for (Site& site : profile.sites) site.leaked_bytes = site.peak_bytes = site.temporary = 0;
  profile.sites[1].leaked_bytes = profile.totals.leaked_bytes;
  profile.sites[1].peak_bytes = profile.totals.peak_bytes;
  PageTables tables;
  PageSites sites;
  page_sites(profile, tables, 1, sites);
  EXPECT_THAT(sites.sites, ElementsAre(1));
}

TEST(HtmlSites, KeepTheInnermostFramesOfAVeryDeepStack) {
  Profile profile;
  profile.frames.resize(2);
  profile.frames[0].function = "recurse";
  profile.frames[1].function = "main";
  std::vector<FrameIndex> frames(5000, 0);
  frames.push_back(1);
  add_stack_of(profile, frames);
  profile.sites.resize(1);
  PageTables tables;
  PageSites sites;
  const Json columns = page_sites(profile, tables, 10, sites);
  EXPECT_EQ(tables.nodes(), 1001U);
  EXPECT_EQ(columns["truncated"], Json({1}));
  EXPECT_EQ(stack_of(tables.json(), columns, 0).back(), "(more callers)");
}

TEST(HtmlSites, OfNoStackAreShownAsSuch) {
  Profile profile;
  profile.sites.resize(1);
  profile.sites[0].stack = 7;
  PageTables tables;
  PageSites sites;
  const Json columns = page_sites(profile, tables, 10, sites);
  EXPECT_THAT(stack_of(tables.json(), columns, 0), ElementsAre("(unknown stack)"));
}

TEST(HtmlData, HasLiveMemoryAndHowCallsDiffer) {
  ReportInput input = sample_input();
  Profile& profile = input.profile;
  profile.memory.points = {{0.5, 100, 60, 2, 80}, {1, 200, 64, 1, 90}};
  profile.memory.snapshots = {{1, {{2, 1, 64}}}};
  profile.memory.peak_time_s = 0.75;
  profile.sites[0].peak_bytes = 60'000;
  profile.operations[0].allocations.histogram = {{{2, 1}, {2, 1}, 10}, {{3, 1}, {7, 2}, 990}};
  const Json json = html_data(nullptr, input, {})["profile"];
  EXPECT_EQ(json["memory"]["points"]["live_bytes"], Json({60, 64}));
  EXPECT_EQ(json["memory"]["snapshots"][0]["point"], 1);
  EXPECT_EQ(json["memory"]["snapshots"][0]["sites"], Json::array({{1, 1, 64}}));  // the row, not the site
  EXPECT_EQ(json["memory"]["peak"]["bytes"], 70'000);
  EXPECT_EQ(json["sites"]["peak_bytes"][0], 60'000);
  EXPECT_EQ(json["operations"][0]["allocations"]["histogram"], Json::array({{2.0, 2.0, 10}, {3.0, 3.5, 990}}));
}

TEST(HtmlData, TellsWhyAMeasurementIsInvalid) {
  ReportInput input = sample_input();
  input.profile.measurement.valid = false;
  input.profile.measurement.reasons = {"events were lost"};
  const Json verdict = html_data(nullptr, input, {})["profile"]["verdict"];
  EXPECT_EQ(verdict["state"], "invalid");
  EXPECT_EQ(verdict["reasons"], Json({"events were lost"}));
}

TEST(HtmlData, TellsWhoBrokeALimit) {
  ReportInput input = sample_input();
  input.verdict.emplace();
  input.verdict->status = ExitStatus::kOverBudget;
  input.verdict->add({Violation::Kind::kBudget, "parse", "allocs", "mean", "0", "3", "mallocop.toml:3", {0}}, false);
  input.verdict->add({Violation::Kind::kBudget, "parse", "bytes", "mean", "9 B", "3 B", "--limit", {}}, true);
  const Json verdict = html_data(nullptr, input, {})["profile"]["verdict"];
  EXPECT_EQ(verdict["state"], "fail");
  EXPECT_EQ(verdict["violations"][0]["culprits"][0]["name"], "Conductor::route");
  EXPECT_EQ(verdict["violations"][0]["culprits"][0]["sites"], Json({0}));
  EXPECT_EQ(verdict["compared"][0][5], "broken");
  EXPECT_EQ(verdict["compared"][1][5], "kept");
}

TEST(HtmlData, OfTwoMeasurementsSharesFunctions) {
  ReportInput after = sample_input();
  after.profile.sites[0].allocations = 5;
  const ReportInput before = sample_input();
  const Json data = html_data(&before, after, {});
  const Json alone = html_data(nullptr, after, {});
  EXPECT_EQ(data["tables"], alone["tables"]);
  EXPECT_EQ(data["before"]["sites"]["allocations"], Json({3000, 1102, 1}));
  EXPECT_EQ(data["profile"]["sites"]["allocations"], Json({1102, 5, 1}));
}

class HtmlSources : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::path(testing::TempDir()) /
              ("html_sources_" + std::string(testing::UnitTest::GetInstance()->current_test_info()->name()));
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_ / "root");
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  void write(const std::string& name, size_t lines) {
    std::ofstream file(folder_ / name);
    for (size_t line = 1; line <= lines; ++line) file << "\tline " << line << "\n";
  }
  Json sources(const std::string& file, uint32_t line) {
    ReportInput input = sample_input();
    for (Frame& frame : input.profile.frames) {
      frame.file = file;
      frame.line = line;
    }
    return html_data(nullptr, input, {.source_root = (folder_ / "root").string()})["profile"]["sources"];
  }

  std::filesystem::path folder_;
};

TEST_F(HtmlSources, HaveTheLinesAroundASite) {
  write("root/a.cpp", 100);
  const Json lines = sources((folder_ / "root/a.cpp").string(), 50).begin().value();
  ASSERT_EQ(lines.size(), 9U);
  EXPECT_EQ(lines[0], Json({46, "    line 46"}));
  EXPECT_EQ(lines[8][0], 54);
  EXPECT_EQ(sources("a.cpp", 2).begin().value().size(), 6U);
  EXPECT_TRUE(sources("a.cpp", 200).empty());
}

// A page is sent to others: it must not have what a trace says is a source and is none.
TEST_F(HtmlSources, AreOnlyReadBelowTheRootAndIfTheyAreSources) {
  write("outside.cpp", 100);
  write("root/secret.env", 100);
  std::filesystem::create_symlink(folder_ / "outside.cpp", folder_ / "root/link.cpp");
  std::filesystem::create_symlink(folder_ / "root/secret.env", folder_ / "root/secret.cpp");
  std::filesystem::create_directory(folder_ / "root/folder.cpp");
  for (const char* name : {"outside.cpp", "root/secret.env", "root/link.cpp", "root/secret.cpp", "root/folder.cpp",
                           "root/../outside.cpp"}) {
    EXPECT_TRUE(sources((folder_ / name).string(), 5).empty()) << name;
  }
  EXPECT_TRUE(sources("../../../../../../etc/passwd", 1).empty());
}

TEST(PageText, IsHarmlessAndNotTooLong) {
  EXPECT_EQ(page_text("a\x1b[2J\xe2\x80\xae"), "a\\x1b[2J\\u202e");
  EXPECT_LE(page_text(std::string(1'000'000, 'x')).size(), 600U);
  EXPECT_LE(page_text(std::string(1'000'000, '\x1b')).size(), 600U);
}

TEST(Html, IsOneDocumentWithItsData) {
  if (!why_no_html().empty()) {
    EXPECT_THAT(std::string(why_no_html()), HasSubstr("-Dpage=enabled"));
    EXPECT_ANY_THROW(write_html(sample_input(), {}));
    GTEST_SKIP() << why_no_html();
  }
  ReportInput input = sample_input();
  input.profile.command = {"</script><script>alert(1)</script><!--"};
  const std::string page = write_html(input, {});
  const size_t mark = page_shell().find(kPageDataMark);
  const size_t rest = page_shell().size() - mark - kPageDataMark.size();
  EXPECT_EQ(page.substr(0, mark), page_shell().substr(0, mark));
  EXPECT_EQ(page.substr(page.size() - rest), page_shell().substr(page_shell().size() - rest));
  const std::string data = page.substr(mark, page.size() - mark - rest);
  EXPECT_EQ(data.find('<'), std::string::npos);
  EXPECT_EQ(Json::parse(data)["profile"]["command"][0], input.profile.command[0]);
}

}  // namespace
}  // namespace mallocop::report
