// See figures.h; built on report/support/units.h, which has the exact texts.
#include "report/output/figures.h"

#include <fmt/format.h>

#include <array>
#include <cmath>

#include "report/support/units.h"

namespace mallocop::report {
namespace {

constexpr uint64_t kKibi = 1024;

std::string without_trailing_zeros(std::string text) {
  text.erase(text.find_last_not_of('0') + 1);
  if (text.ends_with('.')) text.pop_back();
  return text;
}

}  // namespace

std::string short_number(Rational value) {
  if (value.num % value.den == 0) return format_count(value.num / value.den);
  const double number = value.to_double();
  if (number < 0.001) return "<0.001";
  const uint64_t whole = value.num / value.den;
  const int decimals = number >= 100 ? 1 : 3;
  const std::string rounded = fmt::format("{:.{}f}", number, decimals);
  const std::string text = without_trailing_zeros(rounded);
  const size_t point = text.find('.');
  if (point == std::string::npos) return fmt::format("~{}", format_count(static_cast<uint64_t>(std::llround(number))));
  return format_count(whole) + text.substr(point);
}

std::string short_size(Rational bytes) {
  if (bytes.num % bytes.den == 0) return format_size(bytes.num / bytes.den);
  if (bytes < Rational{kKibi, 1}) return short_number(bytes) + " B";
  return format_size(bytes.num / bytes.den);
}

std::string percent(uint64_t part, uint64_t whole) {
  if (whole == 0) return "-";
  if (part == 0 || part == whole) return part == 0 ? "0 %" : "100 %";
  const double value = Rational{part, whole}.to_double() * 100;
  if (value < 1) return "<1 %";
  if (value > 99) return ">99 %";
  return fmt::format("{:.0f} %", value);
}

std::string short_rate(double per_second) {
  constexpr std::array<const char*, 4> kPrefixes = {"", " k", " M", " G"};
  size_t prefix = 0;
  // 999.5 would be printed as "1e+03".
  while (per_second >= 999.5 && prefix + 1 < kPrefixes.size()) {
    per_second /= 1000;
    ++prefix;
  }
  if (per_second >= 999.5) return fmt::format("{:.0f}{}", per_second, kPrefixes[prefix]);
  return fmt::format("{:.3g}{}", per_second, kPrefixes[prefix]);
}

std::string short_time(double nanoseconds) {
  if (nanoseconds >= 99.95) return format_time(nanoseconds);
  return fmt::format("{:.{}f} ns", nanoseconds, nanoseconds >= 9.995 ? 1 : 2);
}

std::string counted(uint64_t count, const char* singular, const char* plural) {
  return format_count(count) + ' ' + (count == 1 ? singular : plural);
}

}  // namespace mallocop::report
