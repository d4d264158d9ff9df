// No bytes make the reader crash, hang or ask for much memory, and no damage goes unseen.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "report/support/error.h"
#include "report/trace/load_profile.h"
#include "tests/unit/report/trace/sample_trace.h"

namespace mallocop::report {
namespace {

using test::Bytes;
using test::TemporaryFolder;

enum class Outcome { kRefused, kInvalid, kValid };

class Damage : public ::testing::Test {
 protected:
  Outcome outcome_of(const Bytes& bytes) {
    test::write_file(path_, bytes);
    try {
      const LoadedTrace loaded = load_trace(path_, {});
      EXPECT_EQ(loaded.raw_nodes.size(), loaded.profile.nodes.size());
      EXPECT_EQ(loaded.profile.measurement.valid, loaded.profile.measurement.reasons.empty());
      allocations_ = loaded.profile.totals.allocations;
      return loaded.profile.measurement.valid ? Outcome::kValid : Outcome::kInvalid;
    } catch (const Error& error) {
      EXPECT_EQ(error.status(), ExitStatus::kUsage);
      return Outcome::kRefused;
    }
  }

  TemporaryFolder folder_;
  std::string path_ = folder_.file("t.mcop");
  uint64_t allocations_ = 0;
};

TEST_F(Damage, ATraceCutAtAnyByteIsRefusedOrGivesItsGoodPrefixAsInvalid) {
  const Bytes whole = test::sample_trace().bytes();
  ASSERT_EQ(outcome_of(whole), Outcome::kValid);
  const uint64_t all = allocations_;
  uint64_t before = 0;
  for (size_t size = 0; size < whole.size(); ++size) {
    const Outcome outcome = outcome_of(Bytes(whole.begin(), whole.begin() + static_cast<ptrdiff_t>(size)));
    if (size < sizeof(trace::FileHeader)) {
      EXPECT_EQ(outcome, Outcome::kRefused) << size;
      continue;
    }
    // Only the padding of the last record may be missing without harm.
    if (outcome == Outcome::kValid) {
      EXPECT_GT(size + trace::kRecordAlignment, whole.size());
    }
    EXPECT_GE(allocations_, before) << "a longer prefix has no less, at " << size;
    before = allocations_;
  }
  EXPECT_EQ(before, all);
}

TEST_F(Damage, AFlippedBitAnywhereIsSeen) {
  const Bytes whole = test::sample_trace().bytes();
  size_t padding = 0;
  for (size_t place = 0; place < whole.size(); ++place) {
    for (const unsigned bit : {0U, 7U}) {
      Bytes bytes = whole;
      bytes[place] = static_cast<uint8_t>(bytes[place] ^ (1U << bit));
      padding += outcome_of(bytes) == Outcome::kValid;
    }
  }
  // Padding carries no meaning, so it is not covered: at most seven bytes behind each of ten records.
  EXPECT_LE(padding, 2U * 7U * 10U);
}

TEST_F(Damage, AChangedByteUnderARightChecksumNeverCrashes) {
  const Bytes whole = test::sample_trace().bytes();
  for (size_t place = 0; place < whole.size(); ++place) {
    for (const unsigned value : {0U, 0x80U, 0xffU, whole[place] + 1U}) {
      Bytes bytes = whole;
      bytes[place] = static_cast<uint8_t>(value);
      test::reseal(bytes);
      outcome_of(bytes);
    }
  }
}

TEST_F(Damage, ManyChangedBytesUnderRightChecksumsNeverCrash) {
  const Bytes whole = test::sample_trace().bytes();
  std::mt19937 random(20240601);  // NOLINT(cert-msc51-cpp): the same bytes in every run
  for (int round = 0; round < 1500; ++round) {
    Bytes bytes = whole;
    for (unsigned changes = 1 + random() % 8; changes > 0; --changes) {
      bytes[random() % bytes.size()] = static_cast<uint8_t>(random());
    }
    test::reseal(bytes);
    outcome_of(bytes);
  }
}

}  // namespace
}  // namespace mallocop::report
