#include "report/output/escape.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace mallocop::report {
namespace {

struct Case {
  std::string_view raw, escaped;
};

TEST(EscapeControls, MakesEveryControlCharacterVisible) {
  const Case cases[] = {
      {"plain text, 100 %", "plain text, 100 %"},
      {"a\nb\tc\r", "a\\x0ab\\x09c\\x0d"},
      {std::string_view("nul\0end", 7), "nul\\x00end"},
      {"\x1b[31mred", "\\x1b[31mred"},
      {"del\x7f", "del\\x7f"},
      {"c1 as UTF-8: \xc2\x9b", "c1 as UTF-8: \\x9b"},
      {"c1 as a byte: \x9b", "c1 as a byte: \\x9b"},
      {"\xc2\xa0 is no control", "\xc2\xa0 is no control"},
      {"r\xc3\xb6hre \xe2\x82\xac \xf0\x9f\x98\x80", "r\xc3\xb6hre \xe2\x82\xac \xf0\x9f\x98\x80"},
      {"right to left \xe2\x80\xae", "right to left \\u202e"},
      {"isolate \xe2\x81\xa6", "isolate \\u2066"},
      {"line \xe2\x80\xa8 separator", "line \\u2028 separator"},
  };
  for (const Case& one : cases) EXPECT_EQ(escape_controls(one.raw), one.escaped);
}

TEST(EscapeControls, EscapesEachByteThatIsNotUtf8) {
  const Case cases[] = {
      {"\xff", "\\xff"},
      {"\xc3", "\\xc3"},                    // cut short
      {"\xe2\x82", "\\xe2\\x82"},           // cut short
      {"\xc0\x8a", "\\xc0\\x8a"},           // overlong line end
      {"\xe0\x80\x9b", "\\xe0\\x80\\x9b"},  // overlong C1
      {"\xed\xa0\x80", "\\xed\\xa0\\x80"},  // surrogate
      {"\xf5\x80\x80\x80", "\\xf5\\x80\\x80\\x80"},
      {"\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80"},  // past the last code point
  };
  for (const Case& one : cases) EXPECT_EQ(escape_controls(one.raw), one.escaped);
}

TEST(EscapeControls, LeavesNoHarmfulByteOfAnySingleOne) {
  for (int value = 0; value < 256; ++value) {
    const std::string escaped = escape_controls(std::string(1, static_cast<char>(value)));
    for (const char byte : escaped) {
      EXPECT_GE(byte, ' ') << value;
      EXPECT_LT(byte, 0x7f) << value;
    }
  }
}

TEST(EscapeMarkdown, QuotesMarkupAndHtml) {
  const Case cases[] = {
      {"plain", "plain"},
      {"a|b", "a\\|b"},
      {"`code`", "\\`code\\`"},
      {"*bold* _under_", "\\*bold\\* \\_under\\_"},
      {"std::vector<int>", "std::vector&lt;int&gt;"},
      {"<script>", "&lt;script&gt;"},
      {"&amp;", "&amp;amp;"},
      {"[link](url)", "\\[link\\]\\(url\\)"},
      {"memcpy@GLIBC", "memcpy&#64;GLIBC"},
      {"back\\slash", "back\\\\slash"},
      {"line\nend", "line\\\\x0aend"},
  };
  for (const Case& one : cases) EXPECT_EQ(escape_markdown(one.raw), one.escaped);
}

TEST(DisplayWidth, CountsCodePoints) {
  EXPECT_EQ(display_width(""), 0U);
  EXPECT_EQ(display_width("r\xc3\xb6hre"), 5U);
}

TEST(CutToWidth, KeepsWhatFitsAndCutsBetweenCodePoints) {
  EXPECT_EQ(cut_to_width("abcdef", 6), "abcdef");
  EXPECT_EQ(cut_to_width("abcdefg", 6), "abc...");
  EXPECT_EQ(cut_to_width("\xc3\xb6\xc3\xb6\xc3\xb6\xc3\xb6\xc3\xb6", 4), "\xc3\xb6...");
  EXPECT_EQ(cut_to_width("abcdef", 2), "..");
  EXPECT_EQ(cut_to_width("abcdef", 0), "");
  EXPECT_EQ(cut_front_to_width("abcdef", 6), "abcdef");
  EXPECT_EQ(cut_front_to_width("abcdefg", 6), "...efg");
  EXPECT_EQ(cut_front_to_width("\xc3\xb6\xc3\xb6\xc3\xb6\xc3\xb6\xc3\xb6", 4), "...\xc3\xb6");
  EXPECT_EQ(cut_front_to_width("abcdef", 2), "..");
}

}  // namespace
}  // namespace mallocop::report
