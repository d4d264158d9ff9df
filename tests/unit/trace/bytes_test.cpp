// Writing and reading of numbers and texts, and what happens at the end of the memory.
#include "trace/bytes.h"

#include <gtest/gtest.h>

#include <limits>
#include <vector>

namespace mallocop::trace {
namespace {

constexpr uint64_t kLargest = std::numeric_limits<uint64_t>::max();

TEST(Bytes, NumbersComeBackAsTheyWere) {
  const uint64_t values[] = {0, 1, 127, 128, 300, uint64_t{1} << 32, kLargest - 1, kLargest};
  uint8_t memory[200];
  ByteWriter out(memory, sizeof memory);
  for (const uint64_t value : values) out.varint(value);
  for (const uint64_t value : values) out.zigzag(static_cast<int64_t>(value));
  out.fixed64(kLargest - 2);
  out.text("name");
  ASSERT_FALSE(out.failed());
  ByteReader in(memory, out.size());
  for (const uint64_t value : values) EXPECT_EQ(in.varint(), value);
  for (const uint64_t value : values) EXPECT_EQ(in.zigzag(), static_cast<int64_t>(value));
  EXPECT_EQ(in.fixed64(), kLargest - 2);
  EXPECT_EQ(in.text(), "name");
  EXPECT_TRUE(in.finished());
}

TEST(Bytes, AWriterNeverWritesBehindItsMemoryAndStaysFailed) {
  for (size_t room = 0; room < 10; ++room) {
    std::vector<uint8_t> memory(room + 4, 0xee);
    ByteWriter out(memory.data(), room);
    out.varint(kLargest);  // ten bytes
    EXPECT_TRUE(out.failed());
    out.varint(1);
    EXPECT_TRUE(out.failed());
    for (size_t place = room; place < memory.size(); ++place) EXPECT_EQ(memory[place], 0xee);
  }
  uint8_t exact[10];
  ByteWriter out(exact, sizeof exact);
  out.varint(kLargest);
  EXPECT_FALSE(out.failed());
}

TEST(Bytes, AReaderThatRanOutStaysFailedAndGivesZeros) {
  const uint8_t memory[] = {0x05, 0x80};
  ByteReader in(memory, sizeof memory);
  EXPECT_EQ(in.varint(), 5U);
  EXPECT_EQ(in.varint(), 0U);
  EXPECT_TRUE(in.failed());
  EXPECT_EQ(in.varint(), 0U);
  EXPECT_FALSE(in.finished());
}

TEST(Bytes, AVarintOfMoreThan64BitsIsDamage) {
  const uint8_t memory[] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02};
  ByteReader in(memory, sizeof memory);
  in.varint();
  EXPECT_TRUE(in.failed());
}

TEST(Bytes, ATextOrCountLongerThanTheBytesLeftIsDamage) {
  const uint8_t memory[] = {0x03, 'a', 'b'};
  ByteReader text(memory, sizeof memory);
  EXPECT_EQ(text.text(), "");
  EXPECT_TRUE(text.failed());
  const uint8_t many[] = {0x03, 'a', 'b'};
  ByteReader count(many, sizeof many);
  EXPECT_EQ(count.count(1), 0U);
  EXPECT_TRUE(count.failed());
}

}  // namespace
}  // namespace mallocop::trace
