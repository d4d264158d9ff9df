// An exact quotient of two unsigned numbers: means are compared, never rounded.
#pragma once

#include <compare>
#include <cstdint>

namespace mallocop::report {

struct Rational {
  uint64_t num = 0;
  uint64_t den = 1;  // never 0

  double to_double() const { return static_cast<double>(num) / static_cast<double>(den); }

  friend std::strong_ordering operator<=>(const Rational& a, const Rational& b) {
    __extension__ typedef unsigned __int128 Wide;
    return static_cast<Wide>(a.num) * b.den <=> static_cast<Wide>(b.num) * a.den;
  }
  friend bool operator==(const Rational& a, const Rational& b) { return (a <=> b) == 0; }
};

}  // namespace mallocop::report
