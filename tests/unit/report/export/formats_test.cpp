// What holds for every format: no name breaks it, and nothing that a profile may lack does.
#include "report/export/formats.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <pugixml.hpp>
#include <string>
#include <vector>

#include "tests/support/harmless.h"
#include "tests/unit/report/add_stack.h"
#include "tests/unit/report/export/exported.h"
#include "tests/unit/report/output/sample_profile.h"

namespace mallocop::report {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;
using Json = nlohmann::json;

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = std::min(text.find('\n', begin), text.size());
    lines.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return lines;
}

constexpr const char* kTexts[] = {"folded", "svg", "massif", "dhat", "callgrind", "speedscope", "perf", "ndjson"};

class Formats : public testing::TestWithParam<const char*> {};
INSTANTIATE_TEST_SUITE_P(All, Formats, testing::ValuesIn(kTexts), [](const auto& tested) { return tested.param; });

const std::vector<std::string> kHostileNames = {
    "\x1b[2J\x1b]0;owned\a",
    "a\n1 2 3\r\nfn=(1) b\n\n# x",
    "a;b c 12",
    "</title><script>alert(1)</script>]]>&\"'",
    "\xff\xfe\xc0\xaf\xed\xa0\x80 \xf0\x9f",
    "\xe2\x80\xae"
    "evil\xe2\x80\xa8\xef\xbf\xbe\xef\xbf\xbf",
    std::string("a\0b", 3),
    "%s%n{}{0}",
    std::string(100'000, 'x'),
    " (x) ",
};

Profile with_name(const std::string& name) {
  Profile profile = sample_profile();
  profile.command = {name, name};
  profile.program = "/bin/" + name;
  profile.trace_path = name;
  profile.fingerprint = {{"libc", name}};
  for (Operation& operation : profile.operations) operation.name = name;
  for (Frame& frame : profile.frames) {
    frame.function = name;
    frame.file = "/src/" + name;
    frame.module = name;
  }
  return profile;
}

// Each format's shape: what its readers take apart.
void expect_well_formed(const std::string& format, const std::string& text) {
  if (format == "svg") {
    EXPECT_TRUE(pugi::xml_document().load_string(text.c_str())) << text.substr(0, 500);
    EXPECT_THAT(text, Not(HasSubstr("<script>alert")));
  } else if (format == "dhat" || format == "speedscope") {
    EXPECT_TRUE(Json::accept(text)) << text.substr(0, 500);
    EXPECT_EQ(test::harm_in_json(text), "");
  } else if (format == "ndjson") {
    for (const std::string& line : lines_of(text)) EXPECT_TRUE(Json::accept(line)) << line.substr(0, 500);
    EXPECT_EQ(test::harm_in_json("[" + lines_of(text).at(0) + "]"), "");
  }
  const bool tabs = format == "perf";
  std::string shown = text;
  if (tabs) std::replace(shown.begin(), shown.end(), '\t', ' ');
  EXPECT_EQ(test::harm_in_text(shown), "") << format;
}

TEST_P(Formats, NoNameBreaksThem) {
  const std::string format = GetParam();
  const size_t lines = lines_of(exported(format, with_name("plain"))).size();
  for (const std::string& name : kHostileNames) {
    SCOPED_TRACE(name.substr(0, 20));
    const std::string text = exported(format, with_name(name));
    expect_well_formed(format, text);
    // Titles of pictures have lines of their own.
    if (format == "svg" || format == "callgrind") continue;
    EXPECT_EQ(lines_of(text).size(), lines);
  }
}

TEST_P(Formats, AnEmptyProfileIsADocument) {
  const std::string format = GetParam();
  const std::string text = exported(format, Profile());
  if (format == "ndjson" || format == "folded" || format == "perf") {
    EXPECT_EQ(text, "");
  } else {
    expect_well_formed(format, text);
  }
}

TEST_P(Formats, LargeNumbersStayExact) {
  Profile profile;
  constexpr uint64_t kLarge = (uint64_t{1} << 63) + 12'345;
  add_site(profile, add_stack(profile, {named_frame("main")}), kLarge);
  profile.memory.points = {{1, kLarge, kLarge, kLarge, kLarge}};
  EXPECT_THAT(exported(GetParam(), profile), HasSubstr("9223372036854788153"));
}

TEST_P(Formats, AStackOfManyFramesIsWritten) {
  Profile profile;
  std::vector<Frame> frames;
  for (uint32_t depth = 0; depth < 2'000; ++depth)
    frames.push_back(named_frame("f" + std::to_string(depth), depth + 1));
  add_site(profile, add_stack(profile, frames), 7);
  profile.memory.points = {{1, 7, 7, 7, 7}};
  expect_well_formed(GetParam(), exported(GetParam(), profile));
}

TEST(Folded, IsOutermostFirstWithTheOperationBeforeAll) {
  const std::vector<std::string> lines = lines_of(exported("folded", sample_profile()));
  ASSERT_EQ(lines.size(), 3U);
  EXPECT_EQ(lines[0], "[operation] Conductor::dispatch;Conductor::route;operator new 3000");
  EXPECT_EQ(lines[2], "[outside of operations];main;malloc 1102");
}

TEST(Folded, InvertedIsInnermostFirst) {
  const std::vector<std::string> lines = lines_of(exported("folded", sample_profile(), "allocations", true));
  ASSERT_EQ(lines.size(), 3U);
  EXPECT_EQ(lines[0], "operator new;Conductor::route;[operation] Conductor::dispatch 3000");
  EXPECT_EQ(lines[2], "malloc;main;[outside of operations] 1102");
}

TEST(Folded, SaysWhatIsMissing) {
  Profile profile;
  Frame bare;
  bare.module = "/lib/libx.so";
  bare.offset = 0x1234;
  add_site(profile, add_stack(profile, {bare, Frame()}, true), 1);
  add_site(profile, 99, 2);
  EXPECT_EQ(exported("folded", profile), "[frames missing];0x0;libx.so+0x1234 1\n[unknown stack] 2\n");
}

TEST(Folded, LeavesOutWhatHasNoValue) {
  const Profile profile = sample_profile();
  EXPECT_EQ(lines_of(exported("folded", profile, "temporary")).size(), 1U);
  EXPECT_THAT(exported("folded", profile, "peak_bytes"), HasSubstr("\n[lived within one window] 1000\n"));
}

TEST(Perf, IsInnermostFirstWithItsValueAsPeriod) {
  Profile profile = sample_profile();
  profile.program = "/bin/my bench";
  profile.process_id = 42;
  EXPECT_THAT(exported("perf", profile, "bytes"),
              StartsWith("my_bench 42 0.000000: 511000 mallocop:bytes:\n"
                         "\t               0 operator new (/opt/bench/conductor)\n"
                         "\t               0 Conductor::route (/opt/bench/conductor)\n"
                         "\t               0 [operation] Conductor::dispatch ([unknown])\n\n"));
}

TEST(Speedscope, AFunctionIsOneFrameWhereverItCallsFrom) {
  Profile profile;
  add_site(profile, add_stack(profile, {named_frame("f", 1), named_frame("main", 2)}), 1);
  add_site(profile, add_stack(profile, {named_frame("f", 1), named_frame("main", 3)}), 2);
  const Json document = Json::parse(exported("speedscope", profile));
  EXPECT_EQ(document["shared"]["frames"][1]["name"], "main");
  EXPECT_EQ(document["profiles"][0]["samples"], Json({{1, 0}, {1, 0}}));
  EXPECT_EQ(document["profiles"][0]["weights"], Json({1, 2}));
}

TEST(Ndjson, HasARowForAnOperationThatAllocatesNothing) {
  const std::vector<std::string> lines = lines_of(exported("ndjson", sample_profile()));
  ASSERT_EQ(lines.size(), 5U);  // three sites, what lived within one window, and "parse"
  const Json first = Json::parse(lines[0]);
  EXPECT_EQ(first["allocations_per_call"], 3.0);
  EXPECT_EQ(first["stack"], Json({"operator new", "Conductor::route"}));
  const Json last = Json::parse(lines[4]);
  EXPECT_EQ(last["operation"], "parse");
  EXPECT_EQ(last["operation_calls"], 10);
  EXPECT_EQ(last["allocations"], 0);
  EXPECT_EQ(last["pattern"], nullptr);
}

TEST(ExportStream, HandsOnLargeTextsInPieces) {
  std::string whole;
  size_t pieces = 0;
  ExportStream stream([&](const std::string& piece) {
    whole += piece;
    ++pieces;
  });
  for (int number = 0; number < 200'000; ++number) stream.print("{}\n", number);
  stream.finish();
  EXPECT_GT(pieces, 2U);
  EXPECT_EQ(lines_of(whole).size(), 200'000U);
  EXPECT_EQ(lines_of(whole).back(), "199999");
}

}  // namespace
}  // namespace mallocop::report
