#include "tests/fuzz/trace_mutator.h"

#include <algorithm>
#include <cstring>
#include <random>
#include <vector>

#include "trace/checksum.h"
#include "trace/format.h"

extern "C" size_t LLVMFuzzerMutate(uint8_t* data, size_t size, size_t capacity);

namespace mallocop::fuzz {
namespace {

// One that does not exist among them.
constexpr auto kTypes = static_cast<unsigned>(trace::RecordType::kUncertainEntry) + 2;

struct Record {
  trace::RecordHeader header;
  std::vector<uint8_t> payload;
};

// Until the first that is not whole.
std::vector<Record> records_of(const uint8_t* data, size_t size) {
  std::vector<Record> records;
  for (size_t at = sizeof(trace::FileHeader); at < size && size - at >= sizeof(trace::RecordHeader);) {
    Record record;
    std::memcpy(&record.header, data + at, sizeof record.header);
    at += sizeof record.header;
    const size_t length = record.header.length;
    if (length > size - at) break;
    record.payload.assign(data + at, data + at + length);
    records.push_back(std::move(record));
    at += (length + trace::kRecordAlignment - 1) / trace::kRecordAlignment * trace::kRecordAlignment;
  }
  return records;
}

// The records that fit; returns the size of the trace.
size_t write(const std::vector<Record>& records, uint8_t* data, size_t capacity) {
  size_t at = sizeof(trace::FileHeader);
  for (const Record& record : records) {
    trace::RecordHeader header = record.header;
    header.length = static_cast<uint32_t>(record.payload.size());
    header.checksum = trace::record_checksum(header, record.payload.data());
    const size_t whole = sizeof header + record.payload.size() + trace::kRecordAlignment - 1;
    const size_t size = whole / trace::kRecordAlignment * trace::kRecordAlignment;
    if (size > capacity - at) break;
    std::memset(data + at, 0, size);
    std::memcpy(data + at, &header, sizeof header);
    if (header.length != 0) std::memcpy(data + at + sizeof header, record.payload.data(), header.length);
    at += size;
  }
  return at;
}

void mutate_payload(Record& record, size_t room) {
  const size_t size = record.payload.size();
  record.payload.resize(size + room);
  record.payload.resize(LLVMFuzzerMutate(record.payload.data(), size, record.payload.size()));
}

}  // namespace

size_t mutate_trace(uint8_t* data, size_t size, size_t capacity, unsigned seed) {
  std::minstd_rand random(seed);
  if (size < sizeof(trace::FileHeader) || random() % 50 == 0) return LLVMFuzzerMutate(data, size, capacity);
  std::vector<Record> records = records_of(data, size);
  if (records.empty()) return LLVMFuzzerMutate(data, size, capacity);
  const size_t place = random() % records.size();
  const size_t other = random() % records.size();
  const auto at = [&](size_t index) { return records.begin() + static_cast<std::ptrdiff_t>(index); };
  switch (random() % 16) {
    case 0:
      records.erase(at(place));
      break;
    case 1: {
      const Record copy = records[place];
      records.insert(at(other), copy);
      break;
    }
    case 2:
      std::swap(records[place], records[other]);
      break;
    case 3:
      records[place].header.type = static_cast<uint16_t>(random() % kTypes);
      break;
    default:
      mutate_payload(records[place], std::min<size_t>(capacity - size, 256));
  }
  return write(records, data, capacity);
}

}  // namespace mallocop::fuzz
