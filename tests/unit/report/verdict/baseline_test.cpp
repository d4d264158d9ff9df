#include "report/verdict/baseline.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>

#include "report/support/error.h"
#include "report/support/version.h"
#include "report/verdict/baseline_json.h"
#include "tests/unit/report/verdict/profile_builder.h"
#include "tests/unit/report/verdict/scratch_folder.h"

namespace mallocop::report {
namespace {

namespace fs = std::filesystem;
using test::ProfileBuilder;
using test::ScratchFolder;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

ProfileBuilder measured() {
  ProfileBuilder builder;
  builder.operation("dispatch", 1'000, 12, {{{"grow", "dispatch"}, 985, 100}, {{"small", "dispatch"}, 9'000, 8}});
  builder.edit().fingerprint = {{"libc", "glibc 2.36"}, {"architecture", "x86_64"}};
  builder.edit().totals.peak_bytes = UINT64_MAX;
  return builder;
}

std::string contents_of(const std::string& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

Error error_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    return error;
  }
  return {ExitStatus::kOk, "no error"};
}

TEST(Baseline, ComesBackAsItWasSaved) {
  const ScratchFolder folder;
  const std::string baselines = folder.file("deep/baselines");
  save_baseline(measured().get(), "before-1.2_x", baselines);
  const Baseline baseline = load_baseline("before-1.2_x", baselines);
  EXPECT_EQ(baseline.name, "before-1.2_x");
  EXPECT_EQ(baseline.tool_version, tool_version());
  EXPECT_EQ(baseline.fingerprint.at("libc"), "glibc 2.36");
  EXPECT_EQ(baseline.totals.allocations, 9'985U);
  EXPECT_EQ(baseline.totals.peak_bytes, UINT64_MAX);
  const BaselineOperation& dispatch = baseline.operations.at("dispatch");
  EXPECT_EQ(dispatch.count, 1'000U);
  EXPECT_EQ(dispatch.values.at(Metric::kAllocs).mean.num, 9'985U);
  EXPECT_EQ(dispatch.values.at(Metric::kAllocs).mean.den, 1'000U);
  EXPECT_EQ(dispatch.values.at(Metric::kAllocs).max, (Rational{12, 1}));
  EXPECT_EQ(dispatch.values.size(), 6U);
  ASSERT_EQ(dispatch.sites.size(), 1U);
  EXPECT_EQ(dispatch.sites[0].function, "dispatch");
  EXPECT_EQ(dispatch.sites[0].allocations, 9'985U);
}

TEST(Baseline, IsDiffable) {
  const ScratchFolder folder;
  const ProfileBuilder builder = measured();
  save_baseline(builder.get(), "a", folder.file("b"));
  save_baseline(builder.get(), "b", folder.file("b"));
  const std::string text = contents_of(folder.file("b/a.json"));
  EXPECT_EQ(text, contents_of(folder.file("b/b.json")));
  EXPECT_THAT(text, HasSubstr("\n  \"schema\": \"mallocop.baseline/1\",\n"));
  EXPECT_THAT(text, HasSubstr("\n        \"mean\": {\n          \"den\": 1000,\n          \"num\": 9985\n        }"));
  EXPECT_TRUE(text.ends_with("}\n"));
}

TEST(Baseline, ReplacesTheOldOneAndLeavesNothingElse) {
  const ScratchFolder folder;
  ProfileBuilder builder = measured();
  save_baseline(builder.get(), "a", folder.file("b"));
  builder.edit().totals.allocations = 1;
  save_baseline(builder.get(), "a", folder.file("b"));
  EXPECT_EQ(load_baseline("a", folder.file("b")).totals.allocations, 1U);
  EXPECT_EQ(std::distance(fs::directory_iterator(folder.file("b")), fs::directory_iterator()), 1);
}

TEST(Baseline, KeepsTheTwentyLargestSites) {
  ProfileBuilder builder;
  std::vector<test::SiteSpec> sites;
  for (uint64_t i = 1; i <= 30; ++i) sites.push_back({{"f" + std::to_string(i)}, i, 8});
  sites.push_back({{}, 1'000, 8});
  builder.operation("op", 1, 0, sites);
  const Baseline baseline = make_baseline(builder.get(), "x");
  const std::vector<BaselineSite>& kept = baseline.operations.at("op").sites;
  ASSERT_EQ(kept.size(), kBaselineSites);
  EXPECT_EQ(kept[0].function, "(unknown)");
  EXPECT_EQ(kept[1].function, "f30");
  EXPECT_EQ(kept.back().function, "f12");
}

TEST(Baseline, NamesLeadNowhereElse) {
  const ScratchFolder folder;
  for (const std::string name : {"", ".", "..", "../x", "a/b", "a b", "a\nb", "\xc3\xa4", "a\\b"}) {
    const Error saved = error_of([&] { save_baseline(measured().get(), name, folder.file("b")); });
    EXPECT_EQ(saved.status(), ExitStatus::kUsage) << name;
    EXPECT_EQ(error_of([&] { load_baseline(name, folder.file("b")); }).status(), ExitStatus::kUsage) << name;
  }
  EXPECT_EQ(error_of([&] { load_baseline(std::string(101, 'a'), folder.file("b")); }).status(), ExitStatus::kUsage);
  EXPECT_FALSE(fs::exists(folder.file("b")));
}

TEST(Baseline, ThatIsMissingNamesThoseThereAre) {
  const ScratchFolder folder;
  const std::string path = folder.file("b");
  const Error none = error_of([&] { load_baseline("before", path); });
  EXPECT_EQ(none.status(), ExitStatus::kNoBaseline);
  EXPECT_EQ(none.what(), "no baseline 'before' in " + path +
                             " (there are none); make it with: mallocop run --save-baseline before -- COMMAND");
  save_baseline(measured().get(), "z", path);
  save_baseline(measured().get(), "a", path);
  folder.write("b/notes.txt", "no baseline");
  EXPECT_THAT(list_baselines(path), ElementsAre("a", "z"));
  EXPECT_THAT(error_of([&] { load_baseline("before", path); }).what(), HasSubstr("(there are: a, z)"));
  EXPECT_THAT(list_baselines(folder.file("nowhere")), IsEmpty());
}

TEST(Baseline, OfAnInvalidMeasurementIsNotSaved) {
  const ScratchFolder folder;
  ProfileBuilder builder = measured();
  builder.edit().measurement.valid = false;
  builder.edit().measurement.reasons = {"3 events were lost"};
  const Error error = error_of([&] { save_baseline(builder.get(), "a", folder.file("b")); });
  EXPECT_EQ(error.status(), ExitStatus::kInvalid);
  EXPECT_THAT(error.what(), HasSubstr("3 events were lost"));
  EXPECT_FALSE(fs::exists(folder.file("b/a.json")));
}

TEST(Baseline, ThatCannotBeWrittenIsAnError) {
  const ScratchFolder folder;
  const std::string blocked = folder.write("b", "a file where the folder should be");
  const Error error = error_of([&] { save_baseline(measured().get(), "a", blocked); });
  EXPECT_EQ(error.status(), ExitStatus::kError);
  EXPECT_THAT(error.what(), HasSubstr("cannot write the baseline '" + blocked + "/a.json'"));
  fs::create_directories(folder.file("c/a.json/full"));
  EXPECT_EQ(error_of([&] { save_baseline(measured().get(), "a", folder.file("c")); }).status(), ExitStatus::kError);
  EXPECT_EQ(std::distance(fs::directory_iterator(folder.file("c")), fs::directory_iterator()), 1);
}

TEST(Baseline, ThatIsDamagedSaysWhere) {
  const ScratchFolder folder;
  const std::string good = baseline_to_json(make_baseline(measured().get(), "a"));
  const auto with = [&good](const std::string& from, const std::string& to) {
    std::string text = good;
    const size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return text.replace(at, from.size(), to);
  };
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"", "it is not JSON"},
      {"<<<<<<< HEAD\n" + good, "it is not JSON"},
      {"[]", "'schema' is missing"},
      {with("baseline/1", "baseline/2"),
       "its schema is 'mallocop.baseline/2', this mallocop reads 'mallocop.baseline/1'"},
      {with("\"den\": 1000", "\"den\": 0"), "operation 'dispatch': 'mean' divides by zero"},
      {with("\"den\": 1000", "\"den\": -5"), "operation 'dispatch': 'den' is no whole number"},
      {with("\"count\": 1000", "\"count\": 1.5"), "operation 'dispatch': 'count' is no whole number"},
      {with("\"frees\"", "\"freeze\""), "operation 'dispatch': 'frees' is missing"},
      {with("\"function\": \"dispatch\"", "\"function\": 3"), "operation 'dispatch': 'function' is no text"},
      {with("\"libc\": \"glibc 2.36\"", "\"libc\": null"), "'libc' is no text"},
  };
  for (const auto& [text, why] : cases) {
    const std::string file = folder.write("a.json", text);
    const Error error = error_of([&] { load_baseline("a", fs::path(file).parent_path().string()); });
    EXPECT_EQ(error.status(), ExitStatus::kUsage) << why;
    EXPECT_THAT(error.what(), HasSubstr("'" + file + "' is no baseline that can be read: " + why));
  }
}

TEST(Baseline, NamesThatAreNoUtf8AreSavedAllTheSame) {
  const ScratchFolder folder;
  ProfileBuilder builder;
  builder.operation("bad\xff", 1, 0, {});
  save_baseline(builder.get(), "a", folder.file("b"));
  EXPECT_EQ(load_baseline("a", folder.file("b")).operations.size(), 1U);
}

}  // namespace
}  // namespace mallocop::report
