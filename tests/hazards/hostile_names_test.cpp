// A program whose functions, files, operations and arguments have names that do harm where they are shown as they are.
#include <gmock/gmock.h>

#include <filesystem>

#include "tests/support/harmless.h"
#include "tests/support/measured.h"

namespace mallocop::test {
namespace {

namespace fs = std::filesystem;
using testing::AnyOf;
using testing::EndsWith;
using testing::Eq;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

struct Name {
  const char* what;
  std::string text;
};

class HostileNames : public Integration, public testing::WithParamInterface<Name> {
 protected:
  // A copy of the program in which `name` stands for its function and its file.
  std::string program_named(const std::string& name) const {
    const std::string path = file("bench");
    fs::copy_file(program("hostile_names"), path, fs::copy_options::overwrite_existing);
    std::string bytes = read("bench");
    for (const std::string_view old :
         {"function_name_to_write_over_0123456789_0123456789", "file_name_to_write_over_0123456789_0123456789.c"}) {
      size_t places = 0;
      for (size_t at = bytes.find(old); at != std::string::npos; at = bytes.find(old, at + old.size()), ++places) {
        bytes.replace(at, old.size(), padded(name, old.size()));
      }
      EXPECT_GT(places, 0U) << old;
    }
    write("bench", bytes);
    return path;
  }
  static std::string padded(std::string name, size_t size) {
    name.resize(size, 'z');
    return name;
  }
};

TEST_P(HostileNames, ReachEveryReportAndHarmNone) {
  const std::string name = GetParam().text;
  const std::string bench = program_named(name);
  const std::vector<std::string> run = {"run",     "-o",     trace(), "--limit", name + ":allocs<=0",
                                        "--color", "always", "--"};
  std::vector<std::string> words = run;
  words.insert(words.end(), {bench, name, name + "\n" + name});
  const Ended ran = mallocop(words);
  EXPECT_EQ(ran.status, 3) << ran.err;
  EXPECT_THAT(harm_in_text(ran.err, true), IsEmpty());

  const Ended text = mallocop({"report", trace()});
  EXPECT_EQ(text.status, 0) << text.err;
  EXPECT_THAT(harm_in_text(text.out), IsEmpty());
  EXPECT_THAT(text.out, HasSubstr("zzz")) << "the name is there, made harmless";
  EXPECT_THAT(harm_in_markdown(mallocop({"report", "--format", "markdown", trace()}).out), IsEmpty());
  const Ended json = mallocop({"report", "--format", "json", trace()});
  EXPECT_THAT(harm_in_json(json.out), IsEmpty());
  if (GetParam().what == std::string("not_utf8")) return;
  const Json report = Json::parse(json.out);
  EXPECT_EQ(report["command"][1], name);
  EXPECT_EQ(report["operations"][0]["name"], name);
  const Json& location = report["sites"][0]["location"];
  EXPECT_EQ(location["function"], padded(name, 49));
  // Debug information puts "../" right: it is a name, and nothing is opened by it.
  const std::string file_name = padded(name, 47);
  const size_t up = file_name.rfind("../");
  EXPECT_THAT(location["file"].get<std::string>(), EndsWith(file_name.substr(up == std::string::npos ? 0 : up + 3)));
}

TEST_P(HostileNames, OfThingsThatAreMissingHarmNoMessage) {
  const std::string name = GetParam().text;
  for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
           {"report", name},
           {"check", "--budget", name, name},
           {"check", "--limit", name, name},
           {"check", "--baseline", name, name},
           {"run", "--", "./" + name},
           {name},
           {"report", "--format", name, name},
       }) {
    const Ended ended = mallocop(words);
    EXPECT_THAT(ended.status, AnyOf(Eq(1), Eq(2), Eq(5))) << ended.err;
    EXPECT_THAT(harm_in_text(ended.err), IsEmpty()) << words[0];
    EXPECT_EQ(ended.out, "");
  }
}

INSTANTIATE_TEST_SUITE_P(Kinds, HostileNames,
                         testing::Values(Name{"escape", "\x1b[2J\x1b]0;owned\a"},
                                         Name{"c1",
                                              "\xc2\x9b"
                                              "31m"},
                                         Name{"lines", "a\n## Verdict\n| x |\r"}, Name{"quotes", R"(a"b'c`\d)"},
                                         Name{"html", "</script><img src=x onerror=alert(1)>"},
                                         Name{"not_utf8", "\xff\xc0\xaf"}, Name{"path", "../../../../../../etc/x"},
                                         Name{"reordered",
                                              "\xe2\x80\xae"
                                              "evil"}),
                         [](const auto& one) { return one.param.what; });

using Traversal = Integration;

TEST_F(Traversal, ABaselineStaysInItsFolder) {
  for (const std::string name : {"../../x", "/tmp/x", "..", "a/b", "", ".", "a\n"}) {
    const Ended ended = mallocop({"run", "-o", trace(), "--save-baseline", name, "--", program("empty")});
    EXPECT_EQ(ended.status, 2) << name << ended.err;
    EXPECT_THAT(files(), Not(testing::Contains(HasSubstr(".json")))) << name;
  }
}

TEST_F(Traversal, AProgramsNameLeadsToNoOtherFolder) {
  fs::create_directories(file("inner"));
  const std::string odd = file("inner/..%p%%e \x1b[31m");
  fs::copy_file(program("empty"), odd);
  const Ended ended = bare({.words = {mallocop_program(), "run", "--quiet", "--", odd},
                            .environment = {{"MALLOCOP_LIBRARY", shim()}},
                            .folder = file("inner")});
  EXPECT_EQ(ended.status, 0) << ended.err;
  size_t traces = 0;
  for (const std::string& name : files()) {
    EXPECT_TRUE(name.starts_with("inner/")) << name;
    traces += name.ends_with(".mcop");
  }
  EXPECT_EQ(traces, 1U);
}

}  // namespace
}  // namespace mallocop::test
