// Names that do harm where they are shown as they are: none of them can break any output, wherever it comes in.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <nlohmann/json.hpp>
#include <pugixml.hpp>
#include <string>
#include <vector>

#include "report/output/html.h"
#include "report/output/outputs.h"
#include "tests/support/harmless.h"
#include "tests/unit/report/output/sample_profile.h"

namespace mallocop::report {
namespace {

using testing::IsEmpty;
using Json = nlohmann::json;

struct Name {
  std::string what, text;
};

const std::vector<Name>& hostile_names() {
  static const std::vector<Name> names = {
      {"escape sequence", "\x1b[2J\x1b]0;owned\a\x1b[31m"},
      {"C1 controls",
       "\xc2\x9b"
       "31mred\xc2\x9d"},
      {"newlines", "a\n## Verdict\n| x | y |\r\nPASS"},
      {"quotes", R"(a"b'c`d\"e\)"},
      {"HTML", "</script><img src=x onerror=alert(1)><!--"},
      {"Markdown", "| a | [x](javascript:alert(1)) ** ![i](u) ~~ `` # <b> | \\"},
      {"not UTF-8", "\xff\xfe\xc0\xaf\xed\xa0\x80 \xf0\x9f"},
      {"reordering",
       "\xe2\x80\xae"
       "evil\xe2\x81\xa6\xef\xbb\xbf\xe2\x80\xa8"},
      {"a NUL", std::string("a\0b", 3)},
      {"path traversal", "../../../../etc/../x"},
      {"format strings", "%s%n{}{0}"},
      {"a million bytes", std::string(1'000'000, 'x')},
      {"many controls", std::string(20'000, '\x1b')},
      {"many words",
       [] {
         std::string text(20'000, ' ');
         for (size_t place = 0; place < text.size(); place += 2) text[place] = '|';
         return text;
       }()},
  };
  return names;
}

// A report in which a name comes in at every place that has one.
struct Place {
  const char* what;
  std::function<void(ReportInput&, const std::string&)> put;
};

const std::vector<Place>& places() {
  static const std::vector<Place> all = {
      {"command",
       [](ReportInput& in, const std::string& name) {
         in.profile.command = {name, name};
       }},
      {"trace", [](ReportInput& in, const std::string& name) { in.profile.trace_path = name; }},
      {"program", [](ReportInput& in, const std::string& name) { in.profile.program = name; }},
      {"fingerprint",
       [](ReportInput& in, const std::string& name) {
         in.profile.fingerprint = {{"libc", name}};
       }},
      {"operation",
       [](ReportInput& in, const std::string& name) {
         for (Operation& operation : in.profile.operations) operation.name = name;
       }},
      {"function",
       [](ReportInput& in, const std::string& name) {
         for (Frame& frame : in.profile.frames) frame.function = name;
       }},
      {"file",
       [](ReportInput& in, const std::string& name) {
         for (Frame& frame : in.profile.frames) frame.file = name;
       }},
      {"module",
       [](ReportInput& in, const std::string& name) {
         for (Frame& frame : in.profile.frames) frame = {"", "", 0, name, 0x1000, 0x10, false};
       }},
      {"cause",
       [](ReportInput& in, const std::string& name) {
         for (Site& site : in.profile.sites) site.cause = site.advice = site.expected_impact = name;
       }},
      {"plan",
       [](ReportInput& in, const std::string& name) {
         in.plan = {{1, name, {name}, name, {0}}};
       }},
      {"ledger",
       [](ReportInput& in, const std::string& name) {
         in.profile.measurement.valid = false;
         in.profile.measurement.reasons = in.profile.measurement.notes = {name};
       }},
      {"violation",
       [](ReportInput& in, const std::string& name) {
         in.verdict->violations = {{Violation::Kind::kBudget, name, "allocs", "mean", "0", "1", name + ":12", {0}}};
       }},
      {"verdict",
       [](ReportInput& in, const std::string& name) {
         in.verdict->invalid = in.verdict->notes = in.verdict->suppressed = {name};
       }},
      {"baseline",
       [](ReportInput& in, const std::string& name) {
         in.after = After{name, {{name, "allocs.mean", name, name, AfterRow::Change::kWorse}}};
       }},
  };
  return all;
}

ReportInput input_with(const Place& place, const std::string& name) {
  ReportInput input = sample_input();
  input.verdict.emplace();
  place.put(input, name);
  return input;
}

std::string written(const char* format, const ReportInput& input, const OutputOptions& options = {}) {
  return find_output(format)->write(input, options);
}

size_t lines(const std::string& text) { return static_cast<size_t>(std::count(text.begin(), text.end(), '\n')); }

TEST(HostileNames, CannotBreakAnyOutput) {
  for (const Place& place : places()) {
    for (const Name& name : hostile_names()) {
      SCOPED_TRACE(std::string(place.what) + ": " + name.what);
      const ReportInput input = input_with(place, name.text);
      EXPECT_THAT(test::harm_in_text(written("text", input)), IsEmpty());
      EXPECT_THAT(test::harm_in_text(written("text", input, {.color = true}), true), IsEmpty());
      EXPECT_THAT(test::harm_in_markdown(written("markdown", input)), IsEmpty());
      EXPECT_THAT(test::harm_in_json(written("json", input)), IsEmpty());
      const std::string junit = write_document_of(*find_output("junit"), input, {});
      EXPECT_THAT(test::harm_in_text(junit), IsEmpty());
      EXPECT_TRUE(pugi::xml_document().load_string(junit.c_str()));
      EXPECT_THAT(test::harm_in_text(written("github", input)), IsEmpty());
      const std::string page = html_data(&input, input, {}).dump(-1, ' ', true);
      EXPECT_THAT(test::harm_in_json(page), IsEmpty());
      EXPECT_LT(page.size(), 200'000U);
      EXPECT_THAT(test::harm_in_json(write_document_of(*find_output("sarif"), input, {})), IsEmpty());
    }
  }
}

TEST(HostileNames, AddNoLineToMarkdown) {
  for (const Place& place : places()) {
    const size_t usual = lines(written("markdown", input_with(place, "usual name")));
    for (const Name& name : hostile_names()) {
      EXPECT_EQ(lines(written("markdown", input_with(place, name.text))), usual) << place.what << ": " << name.what;
    }
  }
}

TEST(HostileNames, ComeBackFromJsonAsTheyWere) {
  const auto utf8 = [](const Name& name) { return name.what != "not UTF-8"; };
  for (const Name& name : hostile_names()) {
    SCOPED_TRACE(name.what);
    ReportInput input = sample_input();
    for (Operation& operation : input.profile.operations) operation.name = name.text;
    for (Frame& frame : input.profile.frames) frame.function = frame.file = name.text;
    input.profile.command = {name.text};
    const Json report = Json::parse(written("json", input));
    for (const Json& text : {report["operations"][0]["name"], report["sites"][0]["operation"], report["command"][0],
                             report["sites"][0]["stack"][0]["function"], report["sites"][0]["stack"][0]["file"]}) {
      // Bytes that are no text become U+FFFD, and the rest of the name stays.
      EXPECT_TRUE(utf8(name) ? text == name.text : text.get<std::string>().find("\xef\xbf\xbd") == 0) << text;
    }
  }
}

TEST(HostileNames, OfAMillionBytesDoNotFillThePage) {
  for (const char* what : {"function", "file", "module", "command"}) {
    const auto place =
        std::find_if(places().begin(), places().end(), [&](const Place& one) { return one.what == std::string(what); });
    EXPECT_LT(written("text", input_with(*place, std::string(1'000'000, 'x'))).size(), 20'000U) << what;
  }
}

}  // namespace
}  // namespace mallocop::report
