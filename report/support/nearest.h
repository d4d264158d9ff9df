// "Did you mean": the known word that a mistyped one is closest to.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace mallocop::report {

// Steps from one word to the other: a character inserted, left out, replaced, or swapped with its neighbour; case
// counts.
size_t edit_distance(std::string_view a, std::string_view b);

// The candidate with the smallest distance, the first of equals; "" if there are none.
std::string_view nearest(std::string_view word, std::span<const std::string_view> candidates);

// "'alocs' is not known; did you mean 'allocs'? (known: allocs, bytes)"; `word` is quoted as it is.
std::string unknown_word(std::string_view what, std::string_view word, std::span<const std::string_view> candidates);

}  // namespace mallocop::report
