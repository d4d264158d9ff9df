// A trace file as a sequence of checked records.
//
// Opening looks at the file header alone; next() hands out one record after the other, each with a payload whose
// checksum is right. Reading stops at the first record that is not whole: what came before is the good prefix, and
// ending() says what stopped it. Nothing beyond the file's bytes is ever touched.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "report/trace/mapped_file.h"
#include "trace/format.h"

namespace mallocop::report {

struct Record {
  trace::RecordType type = trace::RecordType::kEndOfData;
  uint16_t version = 0;
  uint64_t offset = 0;               // of its header in the file
  std::span<const uint8_t> payload;  // valid as long as the TraceFile is
};

class TraceFile {
 public:
  // Why there is no next record.
  enum class Ending {
    kNone,     // there is one, or nobody asked yet
    kWritten,  // all that was written has been read
    kCut,      // the file ends in the middle of a record
    kDamaged,  // a record's bytes are not those that were written
  };

  // Throws Error (kUsage) if the file is no trace that this version can read: what it seems to be, and what to do.
  explicit TraceFile(const std::string& path);

  std::optional<Record> next();

  Ending ending() const { return ending_; }
  uint64_t offset() const { return offset_; }  // bytes read so far: where the first bad record starts
  uint64_t size() const { return file_.bytes().size(); }
  const trace::FileHeader& header() const { return header_; }

 private:
  std::optional<Record> stop(Ending ending);

  MappedFile file_;
  trace::FileHeader header_{};
  uint64_t offset_ = 0;
  Ending ending_ = Ending::kNone;
};

}  // namespace mallocop::report
