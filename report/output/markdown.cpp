// A Page as Markdown: headings, tables and nested lists that GitHub and others show alike.
#include <string>
#include <string_view>

#include "report/output/escape.h"
#include "report/output/render.h"

namespace mallocop::report {
namespace {

std::string inline_text(const Span& span) {
  const std::string text = escape_markdown(span.text);
  const bool strong = span.tone == Tone::kStrong || span.tone == Tone::kBad;
  // "** a **" is not bold: the stars must touch the text.
  const size_t begin = text.find_first_not_of(' ');
  if (!strong || begin == std::string::npos) return text;
  const size_t end = text.find_last_not_of(' ') + 1;
  return text.substr(0, begin) + "**" + text.substr(begin, end - begin) + "**" + text.substr(end);
}

void append_table(std::string& out, const Table& table) {
  out += '|';
  for (const Column& column : table.columns) out += ' ' + escape_markdown(column.title) + " |";
  out += "\n|";
  for (const Column& column : table.columns) out += column.right ? " ---: |" : " --- |";
  out += '\n';
  for (const auto& row : table.rows) {
    out += '|';
    for (const Span& span : row) out += ' ' + inline_text(span) + " |";
    out += '\n';
  }
}

// What stands beneath an item is indented to where that item's text begins.
void append_item(std::string& out, const Item& item, size_t& indent) {
  const bool ordered = item.marker.ends_with('.');
  const std::string bullet = ordered ? item.marker : "-";
  if (item.level == 0) indent = bullet.size() + 1;
  if (item.level > 0) out.append(indent + 2 * (size_t{item.level} - 1), ' ');
  out += bullet + ' ';
  if (!ordered && !item.marker.empty()) out += escape_markdown(item.marker) + ' ';
  for (const Span& span : item.spans) out += inline_text(span);
  out += '\n';
}

// Between fences longer than any run of backticks in it.
void append_verbatim(std::string& out, const Verbatim& verbatim) {
  std::string fence = "```";
  for (const std::string& line : verbatim.lines) {
    while (line.find(fence) != std::string::npos) fence += '`';
  }
  out += fence + verbatim.language + '\n';
  for (const std::string& line : verbatim.lines) out += escape_controls(line) + '\n';
  out += fence + '\n';
}

}  // namespace

std::string render_markdown(const Page& page) {
  std::string out = "# " + escape_markdown(page.title) + '\n';
  for (const Section& section : page.sections) {
    out += "\n## " + escape_markdown(section.title) + "\n";
    bool set_off = true;  // what follows anything but an item is set off by an empty line
    size_t indent = 0;
    for (const Block& block : section.blocks) {
      const Item* const item = std::get_if<Item>(&block);
      if (set_off || item == nullptr) out += '\n';
      if (item != nullptr) {
        append_item(out, *item, indent);
      } else if (const Table* table = std::get_if<Table>(&block)) {
        append_table(out, *table);
      } else {
        append_verbatim(out, std::get<Verbatim>(block));
      }
      set_off = item == nullptr;
    }
  }
  return out;
}

}  // namespace mallocop::report
