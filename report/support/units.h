// Numbers with a unit, as people write and read them. Parsing is exact: a fraction becomes a quotient, never a rounded
// number. Formatting has two manners: *exact* texts lose nothing and stand in verdicts, *short* ones round.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

#include "report/model/rational.h"

namespace mallocop::report {

// What a number counts: things, bytes, or nanoseconds.
enum class Unit { kCount, kSize, kTime };

// Why a text is no quantity, as the end of a sentence: "'2 KiX' has an unknown unit ...".
class QuantityError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// "12", "1.5KiB", "2 KiB", "10us", with at most one run of blanks before the unit. A count has no unit; a size without
// one is in bytes; a time must have one. KB is 1,000 bytes, KiB 1,024. Throws QuantityError.
Rational parse_quantity(std::string_view text, Unit unit);

// "5%" or "0.5 %" as a quotient: 5/100. Throws QuantityError.
Rational parse_percentage(std::string_view text);

// In lowest terms, so that products stay small.
Rational reduced(Rational value);

// "1,234".
std::string format_count(uint64_t count);

// Short, for reading: "0 B", "512 B", "2.0 KiB", "64.0 MiB".
std::string format_size(uint64_t bytes);

// Short: "870 ns", "12.3 us", "4.56 ms", "1.00 s"; three digits. Negative numbers do not occur.
std::string format_time(double nanoseconds);

// Exact: "3", "9.985", "2 KiB", "2,049 B", "10 us", "1 / 3 ns". A size is written in the largest unit that holds it
// whole.
std::string format_exact(Rational value, Unit unit);

// A mean, exact and with what it is a quotient of: "9,985 / 1,000 ops = 9.985", "1 / 3 ops ~ 0.333333"; whole numbers
// as format_exact writes them. `mean` is not reduced: its denominator is the number of calls.
std::string format_mean(Rational mean, Unit unit);

}  // namespace mallocop::report
