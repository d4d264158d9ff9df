// The whole reporter on a trace without a companion: every output of it. Checksums are put right first, so that what
// is behind them is reached.
#include <sys/mman.h>
#include <unistd.h>

#include "report/support/error.h"
#include "tests/fuzz/check_report.h"
#include "tests/fuzz/memory_bound.h"
#include "tests/fuzz/target.h"
#include "tests/unit/report/trace/trace_builder.h"

#ifdef MALLOCOP_LIBFUZZER
#include "tests/fuzz/trace_mutator.h"

extern "C" size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size, size_t capacity, unsigned seed) {
  return mallocop::fuzz::mutate_trace(data, size, capacity, seed);
}
#endif

namespace mallocop::fuzz {
namespace {

// A file that has no place in any folder; a companion of it cannot exist.
class MemoryFile {
 public:
  explicit MemoryFile(const test::Bytes& bytes) : descriptor_(::memfd_create("trace", MFD_CLOEXEC)) {
    expect(descriptor_ >= 0, "there is a descriptor");
    expect(::write(descriptor_, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()), "memory suffices");
  }
  ~MemoryFile() { ::close(descriptor_); }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;
  std::string path() const { return "/proc/self/fd/" + std::to_string(descriptor_); }

 private:
  int descriptor_;
};

}  // namespace
}  // namespace mallocop::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace mallocop;
  test::Bytes bytes(data, data + size);
  test::reseal(bytes);
  const fuzz::MemoryFile file(bytes);
  const fuzz::MemoryBound bound(size, 512, size_t{64} << 20);
  try {
    fuzz::check_report(report::load_trace(file.path(), {}));
  } catch (const report::Error& error) {
    fuzz::expect(error.status() == report::ExitStatus::kUsage, "what cannot be read is an error of usage");
  }
  return 0;
}
