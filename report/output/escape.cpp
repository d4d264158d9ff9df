// See escape.h. One decoder serves all of them, and it accepts exactly the well-formed sequences of UTF-8: overlong
// forms and surrogates are invalid bytes, so that no control character hides in one.
#include "report/output/escape.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <iterator>

namespace mallocop::report {
namespace {

struct CodePoint {
  uint32_t value = 0;
  size_t size = 1;     // bytes
  bool valid = false;  // if not: one byte that begins no well-formed sequence
};

CodePoint decode(std::string_view text) {
  const auto byte = [&](size_t index) { return static_cast<uint8_t>(text[index]); };
  const uint8_t lead = byte(0);
  if (lead < 0x80) return {lead, 1, true};
  const size_t size = lead >= 0xc2 && lead <= 0xdf   ? 2
                      : (lead & 0xf0) == 0xe0        ? 3
                      : lead >= 0xf0 && lead <= 0xf4 ? 4
                                                     : 0;
  if (size == 0 || text.size() < size) return {lead, 1, false};
  uint32_t value = lead & (0xffU >> (size + 1));
  for (size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return {lead, 1, false};
    value = (value << 6) | (byte(i) & 0x3fU);
  }
  constexpr uint32_t kSmallest[] = {0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = value >= 0xd800 && value <= 0xdfff;
  if (value < kSmallest[size] || surrogate || value > 0x10ffff) return {lead, 1, false};
  return {value, size, true};
}

// Characters that a terminal or an editor obeys instead of showing.
bool is_harmful(uint32_t value) {
  if (value < 0x20 || (value >= 0x7f && value <= 0x9f)) return true;
  if (value == 0x061c || value == 0x200e || value == 0x200f) return true;  // marks of direction
  if (value >= 0x2028 && value <= 0x202e) return true;                     // line ends, embeddings, overrides
  return (value >= 0x2066 && value <= 0x2069) || value == 0xfeff;          // isolates, byte order mark
}

template <typename Plain>
std::string escape(std::string_view text, Plain&& plain) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const CodePoint point = decode(text);
    const std::string_view bytes = text.substr(0, point.size);
    if (point.valid && !is_harmful(point.value)) {
      plain(out, bytes);
    } else if (point.value < 0x100) {
      plain(out, "\\");
      fmt::format_to(std::back_inserter(out), "x{:02x}", point.value);
    } else {
      plain(out, "\\");
      fmt::format_to(std::back_inserter(out), "u{:04x}", point.value);
    }
    text.remove_prefix(point.size);
  }
  return out;
}

constexpr std::string_view kDots = "...";

}  // namespace

std::string escape_controls(std::string_view text) {
  return escape(text, [](std::string& out, std::string_view bytes) { out += bytes; });
}

std::string escape_markdown(std::string_view text) {
  constexpr std::string_view kMarkup = "\\`*_{}[]()#+!|~$";
  return escape(text, [&](std::string& out, std::string_view bytes) {
    if (bytes == "<") {
      out += "&lt;";
    } else if (bytes == ">") {
      out += "&gt;";
    } else if (bytes == "&") {
      out += "&amp;";
    } else if (bytes == "@") {
      out += "&#64;";  // or a symbol's version would mention a person
    } else {
      if (kMarkup.find(bytes) != std::string_view::npos) out += '\\';
      out += bytes;
    }
  });
}

std::string percent_encoded(std::string_view text, bool (*quotes)(char byte)) {
  std::string out;
  for (const char byte : text) {
    if (quotes(byte)) {
      fmt::format_to(std::back_inserter(out), "%{:02X}", static_cast<unsigned char>(byte));
    } else {
      out += byte;
    }
  }
  return out;
}

size_t display_width(std::string_view text) {
  return static_cast<size_t>(
      std::count_if(text.begin(), text.end(), [](char byte) { return (static_cast<uint8_t>(byte) & 0xc0) != 0x80; }));
}

std::string cut_front_to_width(std::string_view text, size_t width) {
  const size_t whole = display_width(text);
  if (whole <= width || width <= kDots.size()) return cut_to_width(text, width);
  for (size_t columns = whole + kDots.size() - width; columns > 0; --columns) text.remove_prefix(decode(text).size);
  return std::string(kDots).append(text);
}

std::string cut_to_width(std::string_view text, size_t width) {
  if (display_width(text) <= width) return std::string(text);
  if (width <= kDots.size()) return std::string(kDots.substr(0, width));
  size_t bytes = 0;
  for (size_t columns = width - kDots.size(); columns > 0; --columns) bytes += decode(text.substr(bytes)).size;
  return std::string(text.substr(0, bytes)) + std::string(kDots);
}

}  // namespace mallocop::report
