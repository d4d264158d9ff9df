// A trace and its companion as one input of a fuzz target: the trace's length in two bytes, the trace, and the
// companion as runs: how many zeros (varint), how many bytes (varint), the bytes. A companion is mostly zeros, and this
// way an input stays small.
#pragma once

#include "tests/unit/report/trace/trace_builder.h"

namespace mallocop::fuzz {

struct CompanionInput {
  test::Bytes trace;
  test::Bytes companion;
};

constexpr size_t kLargestCompanion = size_t{3} << 20;  // two chunks of stack nodes and a few rings

// Of any bytes; a companion ends before the run that would make it too large.
CompanionInput read_companion_input(const uint8_t* data, size_t size);
test::Bytes write_companion_input(const CompanionInput& input);

}  // namespace mallocop::fuzz
