#include "tests/support/harmless.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>

namespace mallocop::test {
namespace {

constexpr std::array<std::string_view, 6> kColors = {"\x1b[0m",  "\x1b[1m",    "\x1b[2m",
                                                     "\x1b[32m", "\x1b[1;31m", "\x1b[33m"};
constexpr std::array<std::string_view, 7> kSections = {
    "Baseline", "Bottlenecks", "Optimization plan", "Limits", "After", "Verdict", "Ledger"};

std::string at(std::string_view what, std::string_view text, size_t place) {
  const size_t begin = place < 40 ? 0 : place - 40;
  return std::string(what) + " at byte " + std::to_string(place) + ": " +
         nlohmann::json(std::string(text.substr(begin, 80)))
             .dump(-1, ' ', true, nlohmann::json::error_handler_t::replace);
}

// Bytes of the sequence at the beginning; 0 if it is not UTF-8.
size_t utf8_length(std::string_view text) {
  const auto byte = [&](size_t index) { return static_cast<uint8_t>(text[index]); };
  const size_t size = byte(0) < 0x80 ? 1 : byte(0) >= 0xc2 && byte(0) < 0xe0 ? 2 : (byte(0) & 0xf0) == 0xe0 ? 3 : 4;
  if (byte(0) >= 0x80 && (byte(0) < 0xc2 || byte(0) > 0xf4)) return 0;
  if (text.size() < size) return 0;
  for (size_t index = 1; index < size; ++index) {
    if ((byte(index) & 0xc0) != 0x80) return 0;
  }
  return size;
}

// A C1 control, or a character that reorders or ends a line.
bool obeyed(std::string_view sequence) {
  if (sequence.size() == 2) return sequence[0] == '\xc2' && static_cast<uint8_t>(sequence[1]) < 0xa0;
  constexpr std::array<std::string_view, 9> kSome = {"\u2028", "\u2029", "\u202a", "\u202b", "\u202d",
                                                     "\u202e", "\u2066", "\u2069", "\ufeff"};
  return std::find(kSome.begin(), kSome.end(), sequence) != kSome.end();
}

bool escaped(std::string_view line, size_t place) {
  size_t backslashes = 0;
  while (backslashes < place && line[place - 1 - backslashes] == '\\') ++backslashes;
  return backslashes % 2 == 1;
}

size_t cells(std::string_view line) {
  size_t count = 0;
  for (size_t place = 0; place < line.size(); ++place) count += line[place] == '|' && !escaped(line, place);
  return count;
}

}  // namespace

std::string harm_in_text(std::string_view text, bool colored) {
  for (size_t place = 0; place < text.size();) {
    if (text[place] >= ' ' && text[place] <= '~') {
      ++place;
      continue;
    }
    const std::string_view rest = text.substr(place);
    const auto starts = [&](std::string_view color) { return rest.starts_with(color); };
    if (const auto* color = std::find_if(kColors.begin(), kColors.end(), starts); colored && color != kColors.end()) {
      place += color->size();
      continue;
    }
    const size_t size = utf8_length(rest);
    if (size == 0) return at("no UTF-8", text, place);
    const auto byte = static_cast<uint8_t>(rest[0]);
    if ((byte < 0x20 && byte != '\n') || byte == 0x7f || obeyed(rest.substr(0, size))) {
      return at("a control character", text, place);
    }
    place += size;
  }
  return "";
}

std::string harm_in_markdown(std::string_view text) {
  if (std::string harm = harm_in_text(text); !harm.empty()) return harm;
  size_t columns = 0;  // of the table that the line before belongs to
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = std::min(text.find('\n', begin), text.size());
    const std::string_view line = text.substr(begin, end - begin);
    const bool row = line.starts_with('|');
    if (row && columns != 0 && cells(line) != columns) return at("another number of cells", text, begin);
    if (row && !line.ends_with(" |") && !line.ends_with(" --- |")) return at("an open row", text, begin);
    columns = row ? cells(line) : 0;
    const auto names_it = [&](std::string_view section) { return line.starts_with("## " + std::string(section)); };
    if (line.starts_with('#') && begin != 0 && std::none_of(kSections.begin(), kSections.end(), names_it)) {
      return at("a foreign heading", text, begin);
    }
    if (!line.empty() && std::string_view("#|- 0123456789").find(line[0]) == std::string_view::npos) {
      return at("a foreign line", text, begin);
    }
    const size_t html = line.find('<');
    if (html != std::string_view::npos) return at("HTML", text, begin + html);
    begin = end + 1;
  }
  return "";
}

std::string harm_in_json(std::string_view text) {
  const auto* const bad = std::find_if(text.begin(), text.end(), [](char byte) {
    return byte != '\n' && (static_cast<uint8_t>(byte) < 0x20 || static_cast<uint8_t>(byte) >= 0x7f);
  });
  if (bad != text.end()) return at("a byte that is not printable ASCII", text, static_cast<size_t>(bad - text.begin()));
  return nlohmann::json::accept(text) ? "" : "it does not parse";
}

}  // namespace mallocop::test
