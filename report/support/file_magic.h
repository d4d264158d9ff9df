// What a file begins with, where its name is not to be trusted.
#pragma once

#include <cstdint>
#include <span>

namespace mallocop::report {

// Reads from the descriptor. False too if that fails, or there is less.
bool begins_with(int descriptor, std::span<const uint8_t, 8> magic);

}  // namespace mallocop::report
