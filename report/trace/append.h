// Records that mallocop adds to a trace when the process that wrote it is gone.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "trace/bytes.h"
#include "trace/format.h"

namespace mallocop::report {

// Records as they stand in a file, one behind the other.
class Records {
 public:
  void add(trace::RecordType type, std::span<const uint8_t> payload);
  // A payload that `encode(writer)` makes, of at most `size` bytes.
  template <typename Encode>
  void encode(trace::RecordType type, size_t size, Encode encode) {
    std::vector<uint8_t> payload(size);
    trace::ByteWriter out(payload.data(), payload.size());
    encode(out);
    payload.resize(out.size());
    add(type, payload);
  }
  // Puts them into the file at `offset`, which is where its records end, and cuts it behind them. Throws Error
  // (kError).
  void write_at(const std::string& path, uint64_t offset) const;

 private:
  std::vector<uint8_t> bytes_;
};

// Keeps what a harness said of the run with its trace. False: the trace is damaged or cut, or the text is longer than a
// record may be; it is as it was.
bool append_harness_output(const std::string& path, std::string_view kind, std::string_view text);

}  // namespace mallocop::report
