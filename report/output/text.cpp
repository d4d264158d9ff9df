// A Page for a terminal: aligned columns, wrapped prose, colours only where they were asked for.
#include <algorithm>
#include <cctype>
#include <cstdint>
#include <iterator>
#include <numeric>
#include <string>
#include <string_view>
#include <vector>

#include "report/output/escape.h"
#include "report/output/render.h"

namespace mallocop::report {
namespace {

constexpr size_t kIndent = 2;            // of a section's body
constexpr size_t kStep = 3;              // of each level beneath: as wide as "1. "
constexpr size_t kGap = 2;               // between columns
constexpr size_t kNarrowestColumn = 12;  // a column that is cut keeps this much

std::string_view ansi(Tone tone) {
  switch (tone) {
    case Tone::kPlain:
      return "";
    case Tone::kStrong:
      return "\x1b[1m";
    case Tone::kDim:
      return "\x1b[2m";
    case Tone::kGood:
      return "\x1b[32m";
    case Tone::kBad:
      return "\x1b[1;31m";
    case Tone::kWarning:
      return "\x1b[33m";
  }
  return "";
}

class TextWriter {
 public:
  explicit TextWriter(const TextLook& look) : look_(look) {}

  void put(std::string_view escaped, Tone tone) {
    const std::string_view sequence = look_.color ? ansi(tone) : std::string_view();
    line_ += sequence;
    line_ += escaped;
    if (!sequence.empty()) line_ += "\x1b[0m";
  }
  void space(size_t count) { line_.append(count, ' '); }
  void end_line() {
    line_.erase(line_.find_last_not_of(' ') + 1);
    out_ += line_;
    out_ += '\n';
    line_.clear();
  }

  void table(const Table& table);
  void item(const Item& item);
  void verbatim(const Verbatim& verbatim);
  std::string take() { return std::move(out_); }

 private:
  std::vector<size_t> column_widths(const std::vector<std::vector<Span>>& rows, const Table& table) const;

  TextLook look_;
  std::string line_;
  std::string out_;
};

std::vector<size_t> TextWriter::column_widths(const std::vector<std::vector<Span>>& rows, const Table& table) const {
  std::vector<size_t> widths(table.columns.size());
  for (const auto& row : rows) {
    for (size_t i = 0; i < widths.size(); ++i) widths[i] = std::max(widths[i], display_width(row[i].text));
  }
  size_t total = std::accumulate(widths.begin(), widths.end(), kIndent + kGap * (widths.size() - 1));
  // The widest of those that may be cut gives one column at a time, so that they end up alike.
  while (total > look_.width) {
    size_t* widest = nullptr;
    for (size_t i = 0; i < widths.size(); ++i) {
      if (table.columns[i].cut != Cut::kNever && widths[i] > kNarrowestColumn && (!widest || widths[i] > *widest)) {
        widest = &widths[i];
      }
    }
    if (!widest) break;
    --*widest;
    --total;
  }
  return widths;
}

void TextWriter::table(const Table& table) {
  if (table.columns.empty()) return;
  std::vector<std::vector<Span>> rows;
  rows.emplace_back();
  for (const Column& column : table.columns) rows.back().push_back({column.title, Tone::kDim});
  for (const auto& row : table.rows) {
    rows.emplace_back();
    for (const Span& span : row) rows.back().push_back({escape_controls(span.text), span.tone});
  }
  const std::vector<size_t> widths = column_widths(rows, table);
  for (const auto& row : rows) {
    space(kIndent);
    for (size_t i = 0; i < widths.size(); ++i) {
      if (i > 0) space(kGap);
      const std::string text = table.columns[i].cut == Cut::kFront ? cut_front_to_width(row[i].text, widths[i])
                                                                   : cut_to_width(row[i].text, widths[i]);
      const size_t padding = widths[i] - display_width(text);
      if (table.columns[i].right) space(padding);
      put(text, row[i].tone);
      if (!table.columns[i].right) space(padding);
    }
    end_line();
  }
}

bool ends_in_number(const std::vector<Span>& word) {
  return std::isdigit(static_cast<unsigned char>(word.back().text.back())) != 0;
}

bool is_unit(std::string_view word) {
  constexpr std::string_view kUnits[] = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB", "%", "ns", "us", "ms", "s"};
  word = word.substr(0, word.find_last_not_of(".,:;)") + 1);
  return std::find(std::begin(kUnits), std::end(kUnits), word) != std::end(kUnits);
}

// Words of an item: what stands between two spaces, though it may change its tone inside. A number and its unit are
// one.
std::vector<std::vector<Span>> split_words(const std::vector<Span>& spans) {
  std::vector<std::vector<Span>> words(1);
  for (const Span& span : spans) {
    const std::string text = escape_controls(span.text);
    for (size_t begin = 0;;) {
      const size_t end = std::min(text.find(' ', begin), text.size());
      const std::string word = text.substr(begin, end - begin);
      if (words.back().empty() && words.size() > 1 && is_unit(word) && ends_in_number(words[words.size() - 2])) {
        words.pop_back();
        words.back().back().text += ' ';
      }
      if (!word.empty()) words.back().push_back({word, span.tone});
      if (end == text.size()) break;
      if (!words.back().empty()) words.emplace_back();
      begin = end + 1;
    }
  }
  if (words.back().empty()) words.pop_back();
  return words;
}

void TextWriter::item(const Item& item) {
  const size_t begin = kIndent + kStep * item.level;
  size_t hang = begin;
  space(begin);
  if (!item.marker.empty()) {
    put(item.marker, Tone::kPlain);
    space(1);
    hang += kStep;  // as what is beneath it
  } else if (item.level == 0) {
    hang += kIndent;  // a continued line stands out from the next one
  }
  size_t at = item.marker.empty() ? begin : begin + display_width(item.marker) + 1;
  bool first = true;
  for (const auto& word : split_words(item.spans)) {
    size_t width = 0;
    for (const Span& span : word) width += display_width(span.text);
    if (!first && at + 1 + width > look_.width) {
      end_line();
      space(hang);
      at = hang;
    } else if (!first) {
      space(1);
      ++at;
    }
    for (const Span& span : word) put(span.text, span.tone);
    at += width;
    first = false;
  }
  end_line();
}

// Neither wrapped nor indented, nor without the blanks at a line's end: each may be what a program wants to read.
void TextWriter::verbatim(const Verbatim& verbatim) {
  for (const std::string& line : verbatim.lines) {
    out_ += escape_controls(line);
    out_ += '\n';
  }
}

}  // namespace

std::string render_text(const Page& page, const TextLook& look) {
  TextWriter writer(look);
  writer.put(cut_to_width(escape_controls(page.title), std::max<size_t>(look.width, kNarrowestColumn)), Tone::kStrong);
  writer.end_line();
  for (const Section& section : page.sections) {
    writer.end_line();
    writer.put(escape_controls(section.title), Tone::kStrong);
    writer.end_line();
    for (const Block& block : section.blocks) {
      if (const Table* table = std::get_if<Table>(&block)) {
        writer.table(*table);
      } else if (const Verbatim* verbatim = std::get_if<Verbatim>(&block)) {
        writer.verbatim(*verbatim);
      } else {
        writer.item(std::get<Item>(block));
      }
    }
  }
  return writer.take();
}

}  // namespace mallocop::report
