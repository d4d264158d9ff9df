// Sums that stay at their largest value instead of starting again at zero. A real trace never gets there; a made-up
// one must not turn into small numbers that pass a budget, or into a denominator of zero.
#pragma once

#include <cstdint>
#include <limits>

namespace mallocop::report {

inline uint64_t saturating_add(uint64_t a, uint64_t b) {
  uint64_t sum = 0;
  return __builtin_add_overflow(a, b, &sum) ? std::numeric_limits<uint64_t>::max() : sum;
}

inline uint64_t saturating_multiply(uint64_t a, uint64_t b) {
  uint64_t product = 0;
  return __builtin_mul_overflow(a, b, &product) ? std::numeric_limits<uint64_t>::max() : product;
}

inline void saturating_add_to(uint64_t& sum, uint64_t value) { sum = saturating_add(sum, value); }

// a - b, and zero where b is more than there is.
inline uint64_t saturating_subtract(uint64_t a, uint64_t b) { return a > b ? a - b : 0; }

}  // namespace mallocop::report
