#include "report/support/units.h"

#include <fmt/format.h>

#include <array>
#include <limits>
#include <numeric>
#include <optional>
#include <span>
#include <vector>

#include "report/support/nearest.h"

namespace mallocop::report {
namespace {

struct UnitName {
  std::string_view name;
  uint64_t factor;  // of bytes, or of nanoseconds
};

constexpr std::array<UnitName, 7> kSizes = {{{"B", 1},
                                             {"KB", 1'000},
                                             {"KiB", 1ULL << 10},
                                             {"MB", 1'000'000},
                                             {"MiB", 1ULL << 20},
                                             {"GB", 1'000'000'000},
                                             {"GiB", 1ULL << 30}}};
constexpr std::array<UnitName, 4> kTimes = {{{"ns", 1}, {"us", 1'000}, {"ms", 1'000'000}, {"s", 1'000'000'000}}};

std::span<const UnitName> names_of(Unit unit) {
  switch (unit) {
    case Unit::kSize:
      return kSizes;
    case Unit::kTime:
      return kTimes;
    case Unit::kCount:
      break;
  }
  return {};
}

std::string_view example_of(Unit unit) {
  switch (unit) {
    case Unit::kSize:
      return "a size such as \"2 KiB\"";
    case Unit::kTime:
      return "a time such as \"10us\"";
    case Unit::kCount:
      break;
  }
  return "a number such as 2 or 0.5";
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_blank(char c) { return c == ' ' || c == '\t'; }

std::optional<uint64_t> times(uint64_t a, uint64_t b) {
  uint64_t product = 0;
  if (__builtin_mul_overflow(a, b, &product)) return std::nullopt;
  return product;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

// Digits with an optional fraction, taken off the front of `text`; nothing if there are none or they do not fit.
std::optional<Rational> take_decimal(std::string_view& text) {
  Rational value;
  size_t digits = 0;
  bool fraction = false;
  size_t i = 0;
  for (; i < text.size(); ++i) {
    if (text[i] == '.' && !fraction && digits > 0 && i + 1 < text.size() && is_digit(text[i + 1])) {
      fraction = true;
      continue;
    }
    if (!is_digit(text[i])) break;
    const auto digit = static_cast<uint64_t>(text[i] - '0');
    const std::optional<uint64_t> shifted = times(value.num, 10);
    if (!shifted || *shifted > std::numeric_limits<uint64_t>::max() - digit) return std::nullopt;
    value.num = *shifted + digit;
    if (fraction) {
      const std::optional<uint64_t> den = times(value.den, 10);
      if (!den) return std::nullopt;
      value.den = *den;
    }
    ++digits;
  }
  if (digits == 0) return std::nullopt;
  text.remove_prefix(i);
  return reduced(value);
}

// Exact decimal digits of a quotient, nothing if it takes more than `limit` of them behind the point.
std::optional<std::string> decimal(Rational value, size_t limit) {
  std::string digits;
  uint64_t rest = value.num % value.den;
  while (rest != 0) {
    const std::optional<uint64_t> shifted = times(rest, 10);
    if (!shifted || digits.size() == limit) return std::nullopt;
    digits += static_cast<char>('0' + *shifted / value.den);
    rest = *shifted % value.den;
  }
  const std::string whole = format_count(value.num / value.den);
  return digits.empty() ? whole : whole + "." + digits;
}

// The unit that format_exact writes: " KiB", " us" with its factor; the empty name for a count.
UnitName unit_that_holds_whole(Rational value, Unit unit) {
  UnitName best{"", 1};
  for (const UnitName& candidate : names_of(unit)) {
    const bool decimal_size = unit == Unit::kSize && candidate.factor > 1 && candidate.factor % 1'000 == 0;
    const bool whole = value.den == 1 && value.num >= candidate.factor && value.num % candidate.factor == 0;
    if (candidate.factor == 1 || (whole && !decimal_size)) best = candidate;
  }
  return best;
}

std::string with_unit(std::string number, std::string_view name) {
  return name.empty() ? number : fmt::format("{} {}", number, name);
}

}  // namespace

Rational reduced(Rational value) {
  const uint64_t divisor = std::gcd(value.num, value.den);
  return divisor == 0 ? Rational{0, 1} : Rational{value.num / divisor, value.den / divisor};
}

Rational parse_quantity(std::string_view text, Unit unit) {
  std::string_view rest = trimmed(text);
  if (rest.starts_with('-')) throw QuantityError(fmt::format("'{}' is negative", text));
  const std::optional<Rational> number = take_decimal(rest);
  if (!number) {
    const bool digits = !rest.empty() && is_digit(rest.front());
    throw QuantityError(digits ? fmt::format("'{}' has too many digits", text)
                               : fmt::format("'{}' is not {}", text, example_of(unit)));
  }
  rest = trimmed(rest);
  uint64_t factor = 1;
  if (rest.empty()) {
    if (unit == Unit::kTime) throw QuantityError(fmt::format("'{}' needs a unit: ns, us, ms or s", text));
  } else {
    std::vector<std::string_view> known;
    const UnitName* found = nullptr;
    for (const UnitName& candidate : names_of(unit)) {
      known.push_back(candidate.name);
      if (candidate.name == rest) found = &candidate;
    }
    if (known.empty()) throw QuantityError(fmt::format("'{}' is not {}", text, example_of(unit)));
    if (found == nullptr) throw QuantityError(fmt::format("'{}': {}", text, unknown_word("unit", rest, known)));
    factor = found->factor;
  }
  const uint64_t shared = std::gcd(factor, number->den);
  const std::optional<uint64_t> num = times(number->num, factor / shared);
  if (!num) throw QuantityError(fmt::format("'{}' is too large", text));
  return reduced({*num, number->den / shared});
}

Rational parse_percentage(std::string_view text) {
  std::string_view rest = trimmed(text);
  const std::optional<Rational> number = take_decimal(rest);
  const std::optional<uint64_t> den = number ? times(number->den, 100) : std::nullopt;
  if (!den || trimmed(rest) != "%") throw QuantityError(fmt::format("'{}' is not a percentage such as \"5%\"", text));
  return reduced({number->num, *den});
}

std::string format_count(uint64_t count) {
  const std::string digits = fmt::format("{}", count);
  std::string text;
  for (size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) text += ',';
    text += digits[i];
  }
  return text;
}

std::string format_size(uint64_t bytes) {
  constexpr std::array<std::string_view, 6> kNames = {"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  if (bytes < 1024) return fmt::format("{} B", bytes);
  double value = static_cast<double>(bytes) / 1024;
  size_t name = 0;
  // 1023.95 would be rounded to "1024.0".
  for (; value >= 1023.95 && name + 1 < kNames.size(); ++name) value /= 1024;
  return fmt::format("{:.1f} {}", value, kNames[name]);
}

std::string format_time(double nanoseconds) {
  double value = nanoseconds;
  size_t name = 0;
  for (; value >= 999.5 && name + 1 < kTimes.size(); ++name) value /= 1000;
  const std::string_view unit = kTimes[name].name;
  if (name == 0 || value >= 99.95) return fmt::format("{:.0f} {}", value, unit);
  return value >= 9.995 ? fmt::format("{:.1f} {}", value, unit) : fmt::format("{:.2f} {}", value, unit);
}

std::string format_exact(Rational value, Unit unit) {
  const Rational least = reduced(value);
  const UnitName name = unit_that_holds_whole(least, unit);
  const Rational scaled = reduced({least.num / name.factor, least.den});
  const std::optional<std::string> digits = decimal(scaled, 9);
  return with_unit(digits ? *digits : fmt::format("{} / {}", format_count(scaled.num), format_count(scaled.den)),
                   name.name);
}

std::string format_mean(Rational mean, Unit unit) {
  if (mean.num % mean.den == 0) return format_exact(mean, unit);
  const std::string_view name = names_of(unit).empty() ? "" : names_of(unit).front().name;
  const std::string quotient =
      fmt::format("{} / {} ops", with_unit(format_count(mean.num), name), format_count(mean.den));
  const std::optional<std::string> digits = decimal(mean, 6);
  if (digits) return fmt::format("{} = {}", quotient, with_unit(*digits, name));
  return fmt::format("{} ~ {}", quotient, with_unit(fmt::format("{:.6f}", mean.to_double()), name));
}

}  // namespace mallocop::report
