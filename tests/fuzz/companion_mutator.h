// How libFuzzer changes a trace with its companion: records of the trace, events, open calls and nodes of the
// companion, so that a ring stays one. Now and then any bytes.
#pragma once

#include <cstddef>
#include <cstdint>

namespace mallocop::fuzz {

// As LLVMFuzzerCustomMutator of libFuzzer: changes `data`, which has room for `capacity`, and returns its new size.
size_t mutate_companion(uint8_t* data, size_t size, size_t capacity, unsigned seed);

}  // namespace mallocop::fuzz
