// The report that people read, as data: sections of paragraphs, items and tables, without any format.
//
// What the page says is decided once (page.cpp and the *_section.cpp files); how it looks is up to the text and the
// Markdown output. All texts are raw, as they are in the Profile: an output escapes them.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace mallocop::report {

// What a text means; an output without colours may ignore it.
enum class Tone { kPlain, kStrong, kDim, kGood, kBad, kWarning };

struct Span {
  std::string text;
  Tone tone = Tone::kPlain;
};

// Where a text loses what there is no room for. Of names and places the end says most.
enum class Cut { kNever, kEnd, kFront };

struct Column {
  std::string title;
  bool right = false;     // numbers stand on the right
  Cut cut = Cut::kNever;  // where the table is too wide
};

struct Table {
  std::vector<Column> columns;
  std::vector<std::vector<Span>> rows;  // as many spans as there are columns
};

// One line of prose or of a list; wrapped by outputs that have a width.
struct Item {
  unsigned level = 0;  // 0: flush with the section's body; 1, 2: beneath the item before
  std::string marker;  // "1." of a numbered list, or nothing
  std::vector<Span> spans;
};

// Lines as they are, from the first column on, for a reader to take away: a patch.
struct Verbatim {
  std::string language;  // for Markdown's colours: "diff"
  std::vector<std::string> lines;
};

using Block = std::variant<Table, Item, Verbatim>;

struct Section {
  std::string title;
  std::vector<Block> blocks;

  void line(std::string text, Tone tone = Tone::kPlain) { blocks.emplace_back(Item{0, {}, {{std::move(text), tone}}}); }
  void item(unsigned level, std::string marker, std::vector<Span> spans) {
    blocks.emplace_back(Item{level, std::move(marker), std::move(spans)});
  }
};

struct Page {
  std::string title;
  std::vector<Section> sections;
};

}  // namespace mallocop::report
