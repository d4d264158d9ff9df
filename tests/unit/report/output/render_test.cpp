#include "report/output/render.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>
#include <string>

#include "report/output/escape.h"

namespace mallocop::report {
namespace {

Page page_with(Section section) { return {"Title", {std::move(section)}}; }

Table names_and_numbers(const std::string& name) {
  return {{{"name", false, Cut::kEnd}, {"count", true}}, {{{name}, {"7"}}, {{"b", Tone::kStrong}, {"1,234"}}}};
}

TEST(RenderText, AlignsColumns) {
  Section section{"Section", {}};
  section.blocks.emplace_back(names_and_numbers("alpha"));
  EXPECT_EQ(render_text(page_with(section), {}),
            "Title\n"
            "\n"
            "Section\n"
            "  name   count\n"
            "  alpha      7\n"
            "  b      1,234\n");
}

TEST(RenderText, CutsTheColumnThatMayBeCutToTheWidth) {
  Section section{"Section", {}};
  section.blocks.emplace_back(names_and_numbers(std::string(100, 'x')));
  std::istringstream lines(render_text(page_with(section), {60, false}));
  for (std::string line; std::getline(lines, line);) EXPECT_LE(display_width(line), 60U) << line;
  EXPECT_NE(render_text(page_with(section), {60, false}).find("xxx...      7"), std::string::npos);
}

TEST(RenderText, KeepsTheEndsOfNamesAndPlaces) {
  Section section{"Section", {}};
  Table table;
  table.columns = {{"place", false, Cut::kFront}};
  table.rows = {{{std::string(100, 'x') + "/main.cpp:12"}}};
  section.blocks.emplace_back(table);
  EXPECT_EQ(render_text(page_with(section), {20, false}), "Title\n\nSection\n  place\n  ...xxx/main.cpp:12\n");
}

TEST(RenderText, KeepsANumberAndItsUnitTogether) {
  Section section{"S", {}};
  section.item(0, "", {{"aaaa bbbbb 1.5"}, {" KiB, 12 places"}});
  EXPECT_EQ(render_text(page_with(section), {16, false}), "Title\n\nS\n  aaaa bbbbb\n    1.5 KiB, 12\n    places\n");
  EXPECT_EQ(render_text(page_with(section), {100, false}), "Title\n\nS\n  aaaa bbbbb 1.5 KiB, 12 places\n");
}

TEST(RenderText, ALongListStandsLikeAShortOne) {
  Section section{"S", {}};
  section.item(0, "10.", {{"aaa bbb"}});
  section.item(1, "", {{"ccc"}});
  EXPECT_EQ(render_text(page_with(section), {10, false}), "Title\n\nS\n  10. aaa\n     bbb\n     ccc\n");
}

TEST(RenderText, WrapsWordsWithAHangingIndent) {
  Section section{"Section", {}};
  section.item(0, "1.", {{"one two three"}, {" four"}});
  section.item(1, "", {{"five six seven eight"}});
  EXPECT_EQ(render_text(page_with(section), {16, false}),
            "Title\n"
            "\n"
            "Section\n"
            "  1. one two\n"
            "     three four\n"
            "     five six\n"
            "     seven eight\n");
}

TEST(RenderText, KeepsAWordTogetherAcrossTones) {
  Section section{"S", {}};
  section.item(0, "", {{"aaa bbb", Tone::kStrong}, {":ccc"}});
  EXPECT_EQ(render_text(page_with(section), {10, false}), "Title\n\nS\n  aaa\n    bbb:ccc\n");
}

TEST(RenderText, ColoursOnlyWhenAsked) {
  Section section{"S", {}};
  section.line("bad", Tone::kBad);
  EXPECT_EQ(render_text(page_with(section), {100, false}).find('\x1b'), std::string::npos);
  EXPECT_EQ(render_text(page_with(section), {100, true}),
            "\x1b[1mTitle\x1b[0m\n\n\x1b[1mS\x1b[0m\n  \x1b[1;31mbad\x1b[0m\n");
}

TEST(RenderText, EscapesEverywhere) {
  const std::string evil = "x\x1b]0;owned\a\ny";
  Section section{evil, {}};
  section.line(evil);
  section.blocks.emplace_back(names_and_numbers(evil));
  const std::string text = render_text({evil, {section}}, {});
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  EXPECT_EQ(text.find('\a'), std::string::npos);
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 7);
}

TEST(RenderMarkdown, WritesHeadingsTablesAndLists) {
  Section section{"Section", {}};
  section.blocks.emplace_back(names_and_numbers("alpha"));
  section.item(0, "1.", {{"first ", Tone::kStrong}, {"place"}});
  section.item(1, "", {{"beneath"}});
  section.item(0, "P1", {{"change"}});
  section.item(1, "", {{"beneath"}});
  EXPECT_EQ(render_markdown(page_with(section)),
            "# Title\n"
            "\n"
            "## Section\n"
            "\n"
            "| name | count |\n"
            "| --- | ---: |\n"
            "| alpha | 7 |\n"
            "| **b** | 1,234 |\n"
            "\n"
            "1. **first** place\n"
            "   - beneath\n"
            "- P1 change\n"
            "  - beneath\n");
}

TEST(RenderMarkdown, CannotBeBrokenByNames) {
  const std::string evil = "a|b\n# heading <img src=x> `x`";
  Section section{"S", {}};
  section.blocks.emplace_back(names_and_numbers(evil));
  const std::string text = render_markdown(page_with(section));
  EXPECT_NE(text.find("| a\\|b\\\\x0a\\# heading &lt;img src=x&gt; \\`x\\` | 7 |\n"), std::string::npos) << text;
}

}  // namespace
}  // namespace mallocop::report
