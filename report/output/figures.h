// Numbers as the page shows them: short enough for a column, and never so rounded that they say something else.
#pragma once

#include <cstdint>
#include <string>

#include "report/model/rational.h"

namespace mallocop::report {

// "3", "9.985", "12,345.7"; a quotient that would round to a whole number says so: "~3". Never "0" unless it is.
std::string short_number(Rational value);

// The same in bytes: "512 B", "2.5 KiB".
std::string short_size(Rational bytes);

// `part` of `whole`: "64 %", "<1 %", ">99 %"; "-" of nothing.
std::string percent(uint64_t part, uint64_t whole);

// Calls in a second: "1.23 M", "870 k", "12".
std::string short_rate(double per_second);

// Three digits of a time, of short ones too: "0.52 ns", "12.5 ns", "1.10 us".
std::string short_time(double nanoseconds);

// "1 call", "2 calls", "1,234 calls".
std::string counted(uint64_t count, const char* singular, const char* plural);

}  // namespace mallocop::report
