#include "report/trace/trace_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <string_view>

#include "report/support/error.h"
#include "trace/checksum.h"

namespace mallocop::report {
namespace {

using Bytes = std::span<const uint8_t>;

bool starts_with(Bytes bytes, Bytes magic) {
  return bytes.size() >= magic.size() && std::equal(magic.begin(), magic.end(), bytes.begin());
}

bool starts_with(Bytes bytes, std::string_view magic) {
  return bytes.size() >= magic.size() && std::memcmp(bytes.data(), magic.data(), magic.size()) == 0;
}

bool looks_like_text(Bytes bytes) {
  const Bytes sample = bytes.first(std::min<size_t>(bytes.size(), 512));
  return std::all_of(sample.begin(), sample.end(), [](uint8_t byte) {
    return byte >= 0x80 || (byte >= 0x20 && byte != 0x7f) || (byte >= '\t' && byte <= '\r') || byte == 0x1b;
  });
}

bool all_zeros(Bytes bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](uint8_t byte) { return byte == 0; });
}

// Half a sentence: what a file without the magic seems to be, and what to do about it.
std::string what_it_seems(const std::string& path, Bytes bytes) {
  if (starts_with(bytes, trace::kLiveMagic)) {
    const std::string_view suffix = trace::kLiveSuffix;
    const std::string trace = path.ends_with(suffix) ? path.substr(0, path.size() - suffix.size()) : "the trace";
    return fmt::format("is the companion of a trace, not the trace itself; name {}, and mallocop finds this file",
                       trace);
  }
  if (starts_with(bytes,
                  "\x7f"
                  "ELF")) {
    return fmt::format("is a program or library, not a trace; measure it first: mallocop run -- {}", path);
  }
  if (starts_with(bytes, "\x1f\x8b") || starts_with(bytes, "\x28\xb5\x2f\xfd") ||
      starts_with(bytes,
                  "\xfd"
                  "7zXZ")) {
    return "is a compressed file; decompress it first";
  }
  if (all_zeros(bytes.first(std::min<size_t>(bytes.size(), sizeof(trace::FileHeader))))) {
    return "has only zeros where a trace has its header: the process ended before it wrote anything; run it again";
  }
  if (looks_like_text(bytes)) {
    return starts_with(bytes, "{")
               ? "is a text file, perhaps a JSON report, not a trace; name a file that mallocop run wrote"
               : "is a text file, not a trace; name a file that mallocop run wrote (*.mcop)";
  }
  return "is not a trace of mallocop; name a file that mallocop run wrote (*.mcop)";
}

[[noreturn]] void refuse(const std::string& path, const std::string& what) {
  throw Error(ExitStatus::kUsage, fmt::format("{}: {}", path, what));
}

trace::FileHeader read_header(const std::string& path, Bytes bytes) {
  if (bytes.empty()) refuse(path, "is empty: the process wrote no trace; run it again, with room on the disk");
  const Bytes magic = trace::kTraceMagic;
  if (!starts_with(bytes, magic.first(std::min(bytes.size(), magic.size())))) refuse(path, what_it_seems(path, bytes));
  trace::FileHeader header{};
  if (bytes.size() < sizeof header) {
    refuse(path, fmt::format("is a trace that was cut after {} bytes, within its header; run the command again",
                             bytes.size()));
  }
  std::memcpy(&header, bytes.data(), sizeof header);
  if (header.checksum != trace::file_header_checksum(header)) {
    refuse(path, "is a trace with a damaged header, so nothing in it can be trusted; run the command again");
  }
  if (header.minimum_reader_version > trace::kFormatVersion) {
    refuse(path, fmt::format("needs a newer mallocop: the trace asks for format version {}, this one reads up to {}",
                             header.minimum_reader_version, trace::kFormatVersion));
  }
  if (header.feature_mask != 0) {
    refuse(path, fmt::format("needs a newer mallocop: the trace uses features that this one does not know (mask {:#x})",
                             header.feature_mask));
  }
  if (header.header_size < sizeof header || header.header_size % trace::kRecordAlignment != 0) {
    refuse(path, fmt::format("has a header of {} bytes, which no version of mallocop writes", header.header_size));
  }
  return header;
}

}  // namespace

TraceFile::TraceFile(const std::string& path)
    : file_(path), header_(read_header(path, file_.bytes())), offset_(header_.header_size) {}

std::optional<Record> TraceFile::stop(Ending ending) {
  ending_ = ending;
  return std::nullopt;
}

std::optional<Record> TraceFile::next() {
  if (ending_ != Ending::kNone) return std::nullopt;
  const Bytes bytes = file_.bytes();
  if (offset_ > bytes.size()) return stop(Ending::kCut);
  const Bytes rest = bytes.subspan(static_cast<size_t>(offset_));
  trace::RecordHeader header{};
  if (rest.size() < sizeof header) return stop(all_zeros(rest) ? Ending::kWritten : Ending::kCut);
  std::memcpy(&header, rest.data(), sizeof header);
  if (header.type == 0 && header.length == 0 && header.version == 0 && header.checksum == 0) {
    return stop(Ending::kWritten);
  }
  if (header.length > trace::kMaxRecordLength) return stop(Ending::kDamaged);
  if (header.length > rest.size() - sizeof header) return stop(Ending::kCut);
  const Bytes payload = rest.subspan(sizeof header, header.length);
  if (header.type == 0 || header.checksum != trace::record_checksum(header, payload.data())) {
    return stop(Ending::kDamaged);
  }
  const Record record{static_cast<trace::RecordType>(header.type), header.version, offset_, payload};
  constexpr uint64_t kMask = trace::kRecordAlignment - 1;
  offset_ = std::min<uint64_t>((offset_ + sizeof header + header.length + kMask) & ~kMask, bytes.size());
  return record;
}

}  // namespace mallocop::report
