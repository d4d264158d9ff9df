// The numbers of the format that are computed: checksums and latency buckets.
#include "trace/format.h"

#include <gtest/gtest.h>

#include "trace/checksum.h"

namespace mallocop::trace {
namespace {

TEST(LatencyBucket, IsExactBelow64AndAtMost16PerMilleWideAbove) {
  for (uint64_t ticks = 0; ticks < 64; ++ticks) EXPECT_EQ(latency_bucket_upper(latency_bucket(ticks)), ticks);
  for (uint64_t ticks = 64; ticks < (uint64_t{1} << 62); ticks += ticks / 7) {
    const uint64_t upper = latency_bucket_upper(latency_bucket(ticks));
    EXPECT_GE(upper, ticks);
    EXPECT_LE(static_cast<double>(upper - ticks), 0.016 * static_cast<double>(ticks));
  }
}

TEST(LatencyBucket, BucketsFollowOneAnother) {
  for (unsigned bucket = 0; bucket + 1 < kLatencyBuckets; ++bucket) {
    ASSERT_EQ(latency_bucket(latency_bucket_upper(bucket)), bucket);
    ASSERT_EQ(latency_bucket(latency_bucket_upper(bucket) + 1), bucket + 1);
  }
  EXPECT_EQ(latency_bucket(~uint64_t{0}), kLatencyBuckets - 1);
}

TEST(Checksum, OfARecordCoversItsHeaderAndItsPayload) {
  const uint8_t payload[] = {1, 2, 3, 4};
  const uint8_t other[] = {1, 2, 3, 5};
  RecordHeader header{4, 5, 1, 0};
  const uint64_t checksum = record_checksum(header, payload);
  EXPECT_NE(record_checksum(header, other), checksum);
  header.checksum = 99;  // is not covered by itself
  EXPECT_EQ(record_checksum(header, payload), checksum);
  header.type = 6;
  EXPECT_NE(record_checksum(header, payload), checksum);
  header.type = 5;
  header.version = 2;
  EXPECT_NE(record_checksum(header, payload), checksum);
  header.version = 1;
  header.length = 3;
  EXPECT_NE(record_checksum(header, payload), checksum);
}

TEST(Checksum, IsXxh3SoThatOtherReadersAgree) {
  // XXH3-64 of nothing with seed 0: the constant that xxHash documents.
  const RecordHeader header{0, 0, 0, 0};
  EXPECT_EQ(record_checksum(header, ""), 0x2d06800538d394c2U);
}

}  // namespace
}  // namespace mallocop::trace
