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

}  // namespace

std::string render_markdown(const Page& page) {
  std::string out = "# " + escape_markdown(page.title) + '\n';
  for (const Section& section : page.sections) {
    out += "\n## " + escape_markdown(section.title) + "\n";
    bool in_table = true;  // what follows a heading or a table is set off by an empty line
    size_t indent = 0;
    for (const Block& block : section.blocks) {
      const bool table = std::holds_alternative<Table>(block);
      if (table || in_table) out += '\n';
      if (table) {
        append_table(out, std::get<Table>(block));
      } else {
        append_item(out, std::get<Item>(block), indent);
      }
      in_table = table;
    }
  }
  return out;
}

}  // namespace mallocop::report
