#include "report/detour/plan_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "trace/checksum.h"

namespace mallocop::report {
namespace {

std::vector<Planned> two_functions() {
  std::vector<Planned> functions(2);
  functions[0].module = functions[1].module = "/lib/one.so";
  functions[0].name = "ns::f";
  functions[1].name = "ns::g";
  functions[0].function = functions[1].function = {};
  functions[0].function.address = 0x1000;
  functions[1].function.address = 0x2000;
  functions[0].ranges = {{0x1000, 0x1100}, {0x5000, 0x5010}};
  functions[1].ranges = {{0x2000, 0x2001}};
  functions[1].ends_in = {"", "ns::f"};
  return functions;
}

template <typename Struct>
Struct read(const std::string& bytes, size_t at) {
  Struct one;
  std::memcpy(&one, bytes.data() + at, sizeof one);
  return one;
}

TEST(PlanFile, HoldsWhatWasPlanned) {
  const std::string bytes = encode_plan(two_functions());
  const auto header = read<trace::PlanHeader>(bytes, 0);
  EXPECT_EQ(std::memcmp(header.magic, trace::kPlanMagic, sizeof header.magic), 0);
  EXPECT_EQ(header.version, trace::kPlanVersion);
  ASSERT_EQ(header.functions, 2u);
  ASSERT_EQ(header.ranges, 3u);
  const size_t functions = sizeof header;
  const size_t ranges = functions + 2 * sizeof(trace::PlannedFunction);
  const size_t texts = ranges + 3 * sizeof(trace::PlannedRange);
  ASSERT_EQ(bytes.size(), texts + header.text_size);
  EXPECT_EQ(header.checksum, XXH3_64bits(bytes.data() + functions, bytes.size() - functions));

  const auto second = read<trace::PlannedFunction>(bytes, functions + sizeof(trace::PlannedFunction));
  EXPECT_EQ(second.address, 0x2000u);
  EXPECT_STREQ(bytes.data() + texts + second.module, "/lib/one.so");
  EXPECT_STREQ(bytes.data() + texts + second.name, "ns::g");
  constexpr char kEnds[] = "'ns::f' and functions without a name";
  EXPECT_STREQ(bytes.data() + texts + second.ends_in, kEnds);
  EXPECT_STREQ(bytes.data() + texts + read<trace::PlannedFunction>(bytes, functions).ends_in, "");
  EXPECT_EQ(header.text_size, sizeof "/lib/one.so" + sizeof "ns::f" + sizeof "" + sizeof "ns::g" + sizeof kEnds);

  const auto cold = read<trace::PlannedRange>(bytes, ranges + sizeof(trace::PlannedRange));
  EXPECT_EQ(cold.begin, 0x5000u);
  EXPECT_EQ(cold.end, 0x5010u);
  EXPECT_EQ(cold.function, 0u);
  EXPECT_EQ(read<trace::PlannedRange>(bytes, ranges + 2 * sizeof(trace::PlannedRange)).function, 1u);
}

TEST(PlanFile, NamesTheFirstFewThatAFunctionEndsIn) {
  EXPECT_EQ(describe_ends({}), "");
  EXPECT_EQ(describe_ends({""}), "functions without a name");
  EXPECT_EQ(describe_ends({"a", "b", "c", "d", "e"}), "'a', 'b', 'c' and 2 more");
}

TEST(PlanFile, IsPrivateAndGoesWithItsObject) {
  std::string path;
  {
    const PlanFile file(two_functions());
    path = file.path();
    EXPECT_TRUE(path.starts_with('/'));
    struct stat status = {};
    ASSERT_EQ(::stat(path.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0600u);
    std::ifstream stream(path, std::ios::binary);
    EXPECT_EQ(std::string(std::istreambuf_iterator<char>(stream), {}), encode_plan(two_functions()));
  }
  EXPECT_FALSE(std::filesystem::exists(path));
}

}  // namespace
}  // namespace mallocop::report
