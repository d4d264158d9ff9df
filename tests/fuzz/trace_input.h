// The input of targets that read a trace without a companion. With libFuzzer it also brings the way to change traces
// that knows records; so only a target includes this.
#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <string>

#include "tests/fuzz/target.h"
#include "tests/unit/report/trace/trace_builder.h"

#ifdef MALLOCOP_LIBFUZZER
#include "tests/fuzz/trace_mutator.h"

extern "C" size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size, size_t capacity, unsigned seed) {
  return mallocop::fuzz::mutate_trace(data, size, capacity, seed);
}
#endif

namespace mallocop::fuzz {

// A trace with right checksums, so that what is behind them is reached, in a file that has no place in any folder: a
// companion of it cannot exist.
class TraceInput {
 public:
  TraceInput(const uint8_t* data, size_t size) : descriptor_(::memfd_create("trace", MFD_CLOEXEC)) {
    test::Bytes bytes(data, data + size);
    test::reseal(bytes);
    expect(descriptor_ >= 0, "there is a descriptor");
    expect(::write(descriptor_, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()), "memory suffices");
  }
  ~TraceInput() { ::close(descriptor_); }
  TraceInput(const TraceInput&) = delete;
  TraceInput& operator=(const TraceInput&) = delete;
  std::string path() const { return "/proc/self/fd/" + std::to_string(descriptor_); }

 private:
  int descriptor_;
};

}  // namespace mallocop::fuzz
