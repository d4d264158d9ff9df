// What a file is said to be when it is no readable trace, and where reading stops.
#include "report/trace/trace_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <string>

#include "report/support/error.h"
#include "tests/unit/report/trace/trace_builder.h"
#include "trace/checksum.h"

namespace mallocop::report {
namespace {

using test::Bytes;
using test::TemporaryFolder;
using test::TraceBuilder;
using ::testing::HasSubstr;

class TraceFileTest : public ::testing::Test {
 protected:
  std::string write(const Bytes& bytes) {
    const std::string path = folder_.file("x.mcop");
    test::write_file(path, bytes);
    return path;
  }
  // The message with which opening the file is refused; empty if it is not.
  std::string refusal(const std::string& path) {
    try {
      const TraceFile file(path);
    } catch (const Error& error) {
      EXPECT_EQ(error.status(), ExitStatus::kUsage);
      EXPECT_THAT(error.what(), ::testing::StartsWith(path));
      return error.what();
    }
    return {};
  }
  std::string refusal_of(std::string_view text) {
    const std::string path = folder_.file("x.mcop");
    test::write_file(path, text);
    return refusal(path);
  }
  // A header with one thing changed and the checksum put right.
  std::string refusal_of_header(void (*change)(trace::FileHeader&)) {
    Bytes bytes = TraceBuilder().bytes();
    trace::FileHeader header{};
    std::memcpy(&header, bytes.data(), sizeof header);
    change(header);
    header.checksum = trace::file_header_checksum(header);
    std::memcpy(bytes.data(), &header, sizeof header);
    return refusal(write(bytes));
  }
  TemporaryFolder folder_;
};

TEST_F(TraceFileTest, SaysWhatAFileThatIsNoTraceSeemsToBe) {
  EXPECT_THAT(refusal(folder_.file("missing")), HasSubstr("No such file"));
  EXPECT_THAT(refusal(folder_.file(".")), HasSubstr("is a folder"));
  EXPECT_THAT(refusal_of(""), HasSubstr("is empty"));
  EXPECT_THAT(refusal_of("hello\nworld\n"), HasSubstr("is a text file"));
  EXPECT_THAT(refusal_of("{\"schema\": \"mallocop.report/1\"}"), HasSubstr("JSON report"));
  EXPECT_THAT(refusal_of(std::string_view("\x7f"
                                          "ELF\x02\x01\x01\0\0\0",
                                          10)),
              HasSubstr("mallocop run --"));
  EXPECT_THAT(refusal_of("\x1f\x8b\x08"), HasSubstr("compressed"));
  EXPECT_THAT(refusal_of(std::string(4096, '\0')), HasSubstr("only zeros"));
  EXPECT_THAT(refusal_of("\x01\x02\x03\x04"), HasSubstr("is not a trace"));
}

TEST_F(TraceFileTest, NamesTheTraceWhenItsCompanionIsGiven) {
  const std::string trace = folder_.file("y.mcop");
  test::LiveBuilder().write_beside(trace);
  EXPECT_THAT(refusal(trace + ".live"), HasSubstr("name " + trace + ","));
}

TEST_F(TraceFileTest, RefusesHeadersItCannotRead) {
  EXPECT_THAT(refusal_of_header([](auto& header) { header.minimum_reader_version = trace::kFormatVersion + 1; }),
              HasSubstr("newer mallocop"));
  EXPECT_THAT(refusal_of_header([](auto& header) { header.feature_mask = 4; }), HasSubstr("features"));
  EXPECT_THAT(refusal_of_header([](auto& header) { header.header_size = 32; }), HasSubstr("header of 32 bytes"));
  Bytes bytes = TraceBuilder().bytes();
  bytes[20] ^= 1;
  EXPECT_THAT(refusal(write(bytes)), HasSubstr("damaged header"));
}

TEST_F(TraceFileTest, ANewerVersionThatOldReadersMayReadIsRead) {
  EXPECT_EQ(refusal_of_header([](auto& header) { header.version = 9; }), "");
}

TEST_F(TraceFileTest, AHeaderThatIsLongerThanOursIsSkippedWhole) {
  Bytes bytes = TraceBuilder().bytes();
  trace::FileHeader header{};
  std::memcpy(&header, bytes.data(), sizeof header);
  header.header_size = 128;
  header.checksum = trace::file_header_checksum(header);
  std::memcpy(bytes.data(), &header, sizeof header);
  bytes.resize(128, 0xee);
  const Bytes whole = TraceBuilder().process().bytes();
  bytes.insert(bytes.end(), whole.begin() + sizeof header, whole.end());
  TraceFile file(write(bytes));
  const auto record = file.next();
  ASSERT_TRUE(record);
  EXPECT_EQ(record->type, trace::RecordType::kProcess);
}

TEST_F(TraceFileTest, AHeaderOfZerosEndsWhatWasWritten) {
  Bytes bytes = TraceBuilder().process().bytes();
  const size_t written = bytes.size();
  bytes.resize(written + 4096);
  TraceFile file(write(bytes));
  EXPECT_TRUE(file.next());
  EXPECT_FALSE(file.next());
  EXPECT_EQ(file.ending(), TraceFile::Ending::kWritten);
  EXPECT_EQ(file.offset(), written);
}

TEST_F(TraceFileTest, ARecordThatIsNotWholeIsCutAndStopsTheReading) {
  const Bytes one = TraceBuilder().process().bytes();
  const Bytes two = TraceBuilder().process().operation(1, "an operation with a name").bytes();
  for (const size_t size : {one.size() + 1, one.size() + 15, one.size() + 16, one.size() + 20}) {
    TraceFile file(write(Bytes(two.begin(), two.begin() + static_cast<ptrdiff_t>(size))));
    EXPECT_TRUE(file.next());
    EXPECT_FALSE(file.next());
    EXPECT_EQ(file.ending(), TraceFile::Ending::kCut) << size;
    EXPECT_EQ(file.offset(), one.size());
  }
}

TEST_F(TraceFileTest, AWrongChecksumIsDamageAndStopsTheReading) {
  const Bytes one = TraceBuilder().process().bytes();
  const Bytes good = TraceBuilder().process().operation(1, "name").operation(2, "other").bytes();
  // Length, type and version are covered by the seed; the payload is covered itself.
  for (const size_t place : {size_t{0}, size_t{4}, size_t{6}, size_t{8}, size_t{16}, size_t{18}}) {
    Bytes bytes = good;
    bytes[one.size() + place] ^= 1;
    TraceFile file(write(bytes));
    EXPECT_TRUE(file.next());
    EXPECT_FALSE(file.next()) << place;
    EXPECT_EQ(file.ending(), TraceFile::Ending::kDamaged) << place;
    EXPECT_FALSE(file.next());
  }
}

TEST_F(TraceFileTest, ALengthThatNoWriterWritesIsDamage) {
  Bytes bytes = TraceBuilder().bytes();
  const uint8_t record[] = {0xff, 0xff, 0xff, 0xff, 1, 0, 1, 0, 1, 2, 3, 4, 5, 6, 7, 8};
  bytes.insert(bytes.end(), std::begin(record), std::end(record));
  TraceFile file(write(bytes));
  EXPECT_FALSE(file.next());
  EXPECT_EQ(file.ending(), TraceFile::Ending::kDamaged);
}

}  // namespace
}  // namespace mallocop::report
