#include "report/verdict/toml_place.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <system_error>

namespace mallocop::report {

std::string TomlPlace::line_of(const toml::source_region& region) const {
  return fmt::format("{}:{}", file_, region.begin.line);
}

Error TomlPlace::error(const toml::source_region& region, std::string_view why) const {
  return {ExitStatus::kUsage, fmt::format("{}:{}:{}: {}", file_, region.begin.line, region.begin.column, why)};
}

std::vector<TomlEntry> entries_in_order(const toml::table& table) {
  std::vector<TomlEntry> entries;
  for (const auto& [key, value] : table) entries.push_back({key.str(), key.source(), &value});
  std::stable_sort(entries.begin(), entries.end(),
                   [](const TomlEntry& a, const TomlEntry& b) { return a.key_place.begin < b.key_place.begin; });
  return entries;
}

Rational exact_value(const TomlPlace& place, const TomlEntry& entry, Unit unit) {
  const toml::source_region& at = entry.value->source();
  try {
    if (const auto text = entry.value->value_exact<std::string>(); text && unit != Unit::kCount) {
      return parse_quantity(*text, unit);
    }
    if (const auto whole = entry.value->value_exact<int64_t>()) return parse_quantity(fmt::format("{}", *whole), unit);
    if (const auto number = entry.value->value_exact<double>(); number && std::isfinite(*number)) {
      // Longer numbers than this have more digits than parse_quantity can hold.
      std::array<char, 40> digits;
      const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), *number, std::chars_format::fixed);
      if (end.ec != std::errc()) throw QuantityError(fmt::format("{} has too many digits", *number));
      return parse_quantity(std::string_view(digits.data(), static_cast<size_t>(end.ptr - digits.data())), unit);
    }
  } catch (const QuantityError& error) {
    throw place.error(at, fmt::format("'{}': {}", entry.key, error.what()));
  }
  constexpr std::array<std::string_view, 3> kWanted = {"a number that is not negative",
                                                       "a size such as 2048 or \"2 KiB\"", "a time such as \"10us\""};
  throw place.error(at, fmt::format("'{}' wants {}", entry.key, kWanted[static_cast<size_t>(unit)]));
}

std::string text_value(const TomlPlace& place, const TomlEntry& entry) {
  const auto text = entry.value->value_exact<std::string>();
  if (!text || text->empty()) {
    throw place.error(entry.value->source(), fmt::format("'{}' wants a text that is not empty", entry.key));
  }
  return *text;
}

}  // namespace mallocop::report
