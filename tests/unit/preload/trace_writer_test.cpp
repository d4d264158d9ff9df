#include "preload/trace_writer.h"

#include <gtest/gtest.h>

#include <cstring>
#include <fstream>
#include <thread>
#include <vector>

#include "tests/unit/preload/temporary_folder.h"
#include "trace/checksum.h"

namespace mallocop::preload {
namespace {

struct ReadRecord {
  uint16_t type;
  std::string payload;
};

std::string content_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// All records up to the end of data; every checksum must hold.
std::vector<ReadRecord> records_of(const std::string& content) {
  std::vector<ReadRecord> records;
  size_t at = sizeof(trace::FileHeader);
  while (at + sizeof(trace::RecordHeader) <= content.size()) {
    trace::RecordHeader header;
    std::memcpy(&header, content.data() + at, sizeof header);
    if (header.type == 0) break;
    at += sizeof header;
    EXPECT_LE(at + header.length, content.size());
    EXPECT_EQ(header.checksum, trace::record_checksum(header, content.data() + at));
    records.push_back({header.type, content.substr(at, header.length)});
    at += (header.length + trace::kRecordAlignment - 1) / trace::kRecordAlignment * trace::kRecordAlignment;
  }
  return records;
}

TEST(TraceWriter, AFreshTraceIsAHeaderAndTheEndOfData) {
  const TemporaryFolder folder;
  TraceWriter writer;
  ASSERT_EQ(writer.create(folder.file("x").c_str(), 77), 0);
  const std::string content = content_of(folder.file("x"));
  trace::FileHeader header;
  ASSERT_GE(content.size(), sizeof header);
  std::memcpy(&header, content.data(), sizeof header);
  EXPECT_EQ(std::memcmp(header.magic, trace::kTraceMagic, sizeof header.magic), 0);
  EXPECT_EQ(header.session, 77U);
  EXPECT_EQ(header.checksum, trace::file_header_checksum(header));
  EXPECT_TRUE(records_of(content).empty());
}

TEST(TraceWriter, AppendedRecordsCanBeReadBackBeforeItIsClosed) {
  const TemporaryFolder folder;
  TraceWriter writer;
  ASSERT_EQ(writer.create(folder.file("x").c_str(), 1), 0);
  EXPECT_TRUE(writer.append(trace::RecordType::kLoss, "abc", 3));
  EXPECT_TRUE(writer.append(trace::RecordType::kEnd, "", 0));
  const auto records = records_of(content_of(folder.file("x")));
  ASSERT_EQ(records.size(), 2U);
  EXPECT_EQ(records[0].payload, "abc");
  EXPECT_EQ(records[1].type, static_cast<uint16_t>(trace::RecordType::kEnd));
}

TEST(TraceWriter, GrowsForLargeAndManyRecordsAndIsCutWhenClosed) {
  const TemporaryFolder folder;
  TraceWriter writer;
  ASSERT_EQ(writer.create(folder.file("x").c_str(), 1), 0);
  std::vector<std::string> payloads;
  for (size_t size = 1; size < 3'000'000; size = size * 3 + 1) payloads.emplace_back(size, static_cast<char>(size));
  for (const std::string& payload : payloads)
    ASSERT_TRUE(writer.append(trace::RecordType::kWindow, payload.data(), payload.size()));
  writer.close();
  const std::string content = content_of(folder.file("x"));
  const auto records = records_of(content);
  ASSERT_EQ(records.size(), payloads.size());
  size_t expected = sizeof(trace::FileHeader);
  for (size_t index = 0; index < payloads.size(); ++index) {
    EXPECT_EQ(records[index].payload, payloads[index]);
    expected += sizeof(trace::RecordHeader) + (payloads[index].size() + 7) / 8 * 8;
  }
  EXPECT_EQ(content.size(), expected);
  EXPECT_FALSE(writer.append(trace::RecordType::kLoss, "x", 1));
}

TEST(TraceWriter, RecordsOfManyThreadsDoNotMix) {
  const TemporaryFolder folder;
  TraceWriter writer;
  ASSERT_EQ(writer.create(folder.file("x").c_str(), 1), 0);
  constexpr int kThreads = 4, kRecords = 500;
  std::vector<std::thread> threads;
  for (int thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&, thread] {
      const std::string payload(static_cast<size_t>(100 + thread), static_cast<char>('a' + thread));
      for (int record = 0; record < kRecords; ++record)
        writer.append(trace::RecordType::kWindow, payload.data(), payload.size());
    });
  }
  for (std::thread& thread : threads) thread.join();
  const auto records = records_of(content_of(folder.file("x")));
  ASSERT_EQ(records.size(), size_t{kThreads} * kRecords);
  for (const ReadRecord& record : records) {
    const auto thread = static_cast<size_t>(record.payload[0] - 'a');
    EXPECT_EQ(record.payload, std::string(100 + thread, record.payload[0]));
  }
}

}  // namespace
}  // namespace mallocop::preload
