#include "report/support/units.h"

#include <gtest/gtest.h>

#include <vector>

#include "report/support/version.h"

namespace mallocop::report {
namespace {

struct GoodCase {
  std::string_view text;
  Unit unit;
  uint64_t num;
  uint64_t den;
};

TEST(ParseQuantity, IsExact) {
  const std::vector<GoodCase> cases = {
      {"0", Unit::kCount, 0, 1},
      {"12", Unit::kCount, 12, 1},
      {" 12 ", Unit::kCount, 12, 1},
      {"0.1", Unit::kCount, 1, 10},
      {"9.985", Unit::kCount, 1997, 200},
      {"18446744073709551615", Unit::kCount, UINT64_MAX, 1},
      {"2048", Unit::kSize, 2048, 1},
      {"2 KiB", Unit::kSize, 2048, 1},
      {"2KiB", Unit::kSize, 2048, 1},
      {"1.5KiB", Unit::kSize, 1536, 1},
      {"0.1 KiB", Unit::kSize, 512, 5},
      {"2 KB", Unit::kSize, 2000, 1},
      {"3 MB", Unit::kSize, 3'000'000, 1},
      {"64 MiB", Unit::kSize, 64ULL << 20, 1},
      {"1GB", Unit::kSize, 1'000'000'000, 1},
      {"2 GiB", Unit::kSize, 2ULL << 30, 1},
      {"7 B", Unit::kSize, 7, 1},
      {"0.5B", Unit::kSize, 1, 2},
      {"10us", Unit::kTime, 10'000, 1},
      {"2.5 ms", Unit::kTime, 2'500'000, 1},
      {"1 s", Unit::kTime, 1'000'000'000, 1},
      {"0.25ns", Unit::kTime, 1, 4},
  };
  for (const GoodCase& row : cases) {
    const Rational value = parse_quantity(row.text, row.unit);
    EXPECT_EQ(value.num, row.num) << row.text;
    EXPECT_EQ(value.den, row.den) << row.text;
  }
}

struct BadCase {
  std::string_view text;
  Unit unit;
  std::string_view message;
};

TEST(ParseQuantity, SaysWhatIsWrong) {
  const std::vector<BadCase> cases = {
      {"", Unit::kCount, "'' is not a number such as 2 or 0.5"},
      {"two", Unit::kCount, "'two' is not a number such as 2 or 0.5"},
      {"2 KiB", Unit::kCount, "'2 KiB' is not a number such as 2 or 0.5"},
      {"-1", Unit::kCount, "'-1' is negative"},
      {"1e3", Unit::kCount, "'1e3' is not a number such as 2 or 0.5"},
      {"1.", Unit::kCount, "'1.' is not a number such as 2 or 0.5"},
      {".5", Unit::kCount, "'.5' is not a number such as 2 or 0.5"},
      {"18446744073709551616", Unit::kCount, "'18446744073709551616' has too many digits"},
      {"0.00000000000000000000001", Unit::kCount, "'0.00000000000000000000001' has too many digits"},
      {"2 kiB", Unit::kSize, "'2 kiB': unknown unit 'kiB'; did you mean 'KiB'? (known: B, KB, KiB, MB, MiB, GB, GiB)"},
      {"2 us", Unit::kSize, "'2 us': unknown unit 'us'; did you mean 'B'? (known: B, KB, KiB, MB, MiB, GB, GiB)"},
      {"99999999999999 GiB", Unit::kSize, "'99999999999999 GiB' is too large"},
      {"big", Unit::kSize, "'big' is not a size such as \"2 KiB\""},
      {"10", Unit::kTime, "'10' needs a unit: ns, us, ms or s"},
      {"10 sec", Unit::kTime, "'10 sec': unknown unit 'sec'; did you mean 's'? (known: ns, us, ms, s)"},
      {"soon", Unit::kTime, "'soon' is not a time such as \"10us\""},
  };
  for (const BadCase& row : cases) {
    try {
      parse_quantity(row.text, row.unit);
      ADD_FAILURE() << "accepted: " << row.text;
    } catch (const QuantityError& error) {
      EXPECT_EQ(error.what(), row.message);
    }
  }
}

TEST(ParsePercentage, IsAQuotient) {
  EXPECT_EQ(parse_percentage("5%"), (Rational{1, 20}));
  EXPECT_EQ(parse_percentage("0.5 %"), (Rational{1, 200}));
  EXPECT_EQ(parse_percentage("0%"), (Rational{0, 1}));
  for (const std::string_view bad : {"5", "%", "-5%", "five%", "5%%", "0.0000000000000000001%"}) {
    EXPECT_THROW(parse_percentage(bad), QuantityError) << bad;
  }
}

TEST(FormatCount, GroupsThousands) {
  EXPECT_EQ(format_count(0), "0");
  EXPECT_EQ(format_count(999), "999");
  EXPECT_EQ(format_count(1'234), "1,234");
  EXPECT_EQ(format_count(12'345'678), "12,345,678");
  EXPECT_EQ(format_count(UINT64_MAX), "18,446,744,073,709,551,615");
}

TEST(FormatSize, RoundsToOneDigitInTheLargestUnit) {
  EXPECT_EQ(format_size(0), "0 B");
  EXPECT_EQ(format_size(1023), "1023 B");
  EXPECT_EQ(format_size(2048), "2.0 KiB");
  EXPECT_EQ(format_size((1ULL << 20) - 1), "1.0 MiB");
  EXPECT_EQ(format_size(64ULL << 20), "64.0 MiB");
  EXPECT_EQ(format_size(UINT64_MAX), "16.0 EiB");
}

TEST(FormatTime, HasThreeDigits) {
  EXPECT_EQ(format_time(0), "0 ns");
  EXPECT_EQ(format_time(870.4), "870 ns");
  EXPECT_EQ(format_time(12'345), "12.3 us");
  EXPECT_EQ(format_time(999'600), "1.00 ms");
  EXPECT_EQ(format_time(99'960), "100 us");
  EXPECT_EQ(format_time(2.5e12), "2500 s");
}

TEST(FormatExact, LosesNothing) {
  EXPECT_EQ(format_exact({3, 1}, Unit::kCount), "3");
  EXPECT_EQ(format_exact({8000, 1000}, Unit::kCount), "8");
  EXPECT_EQ(format_exact({1997, 200}, Unit::kCount), "9.985");
  EXPECT_EQ(format_exact({1, 3}, Unit::kCount), "1 / 3");
  EXPECT_EQ(format_exact({0, 1}, Unit::kSize), "0 B");
  EXPECT_EQ(format_exact({2048, 1}, Unit::kSize), "2 KiB");
  EXPECT_EQ(format_exact({2049, 1}, Unit::kSize), "2,049 B");
  EXPECT_EQ(format_exact({1'000'000, 1}, Unit::kSize), "1,000,000 B");
  EXPECT_EQ(format_exact({64ULL << 20, 1}, Unit::kSize), "64 MiB");
  EXPECT_EQ(format_exact({10'000, 1}, Unit::kTime), "10 us");
  EXPECT_EQ(format_exact({10'001, 1}, Unit::kTime), "10,001 ns");
  EXPECT_EQ(format_exact({1, 4}, Unit::kTime), "0.25 ns");
}

TEST(FormatMean, ShowsTheQuotientItIs) {
  EXPECT_EQ(format_mean({9'985, 1'000}, Unit::kCount), "9,985 / 1,000 ops = 9.985");
  EXPECT_EQ(format_mean({8'000, 1'000}, Unit::kCount), "8");
  EXPECT_EQ(format_mean({1, 3}, Unit::kCount), "1 / 3 ops ~ 0.333333");
  EXPECT_EQ(format_mean({2'049'500, 1'000}, Unit::kSize), "2,049,500 B / 1,000 ops = 2,049.5 B");
}

TEST(ToolVersion, IsAVersion) { EXPECT_NE(tool_version().find('.'), std::string_view::npos); }

}  // namespace
}  // namespace mallocop::report
