// Changes a trace as a program would that writes whole records of nonsense: one record's payload is changed by
// libFuzzer, or records are left out, doubled or moved, and every length and checksum is right. Bytes that are no trace
// are changed as bytes.
#pragma once

#include <cstddef>
#include <cstdint>

namespace mallocop::fuzz {

// As LLVMFuzzerCustomMutator, for the trace in data[0, size).
size_t mutate_trace(uint8_t* data, size_t size, size_t capacity, unsigned seed);

}  // namespace mallocop::fuzz
