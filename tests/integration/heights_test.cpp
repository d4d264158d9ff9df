// `--op` where one function is called at many heights of the stack: that a call has returned does not show in the
// height of the next one. The program says itself what each call allocated (tests/programs/heights.cpp).
#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <numeric>
#include <sstream>

#include "tests/support/measured.h"

namespace mallocop::test {
namespace {

// How many calls made 0, 1, 2 … allocations.
struct Spread {
  std::vector<uint64_t> calls;

  uint64_t count() const { return std::accumulate(calls.begin(), calls.end(), uint64_t{0}); }
  uint64_t total() const {
    uint64_t sum = 0;
    for (size_t allocations = 0; allocations < calls.size(); ++allocations) sum += allocations * calls[allocations];
    return sum;
  }
  // The smallest number that at least so many hundredths of the calls do not exceed.
  uint64_t quantile(uint64_t hundredths) const {
    uint64_t seen = 0;
    for (size_t allocations = 0; allocations < calls.size(); ++allocations) {
      seen += calls[allocations];
      if (seen != 0 && seen * 100 >= count() * hundredths) return allocations;
    }
    return calls.size();
  }
};

struct Case {
  const char* program;
  std::vector<std::string> words;  // behind the seed
};

class Heights : public Integration, public testing::WithParamInterface<Case> {
 protected:
  void expect_spread(const Json& operation, const Spread& known) const {
    ASSERT_FALSE(operation.is_null());
    ASSERT_GT(known.count(), 50U) << "the program must call it often";
    EXPECT_EQ(operation["count"], known.count());
    const Json& allocations = operation["allocations"];
    EXPECT_EQ(allocations["total"], known.total());
    const Json& per_op = allocations["per_op"];
    EXPECT_EQ(per_op["min"], known.quantile(0));
    EXPECT_EQ(per_op["p50"], known.quantile(50));
    EXPECT_EQ(per_op["p99"], known.quantile(99));
    EXPECT_EQ(per_op["max"], known.quantile(100));
    EXPECT_EQ(per_op["share"]["num"].get<uint64_t>() * known.count(),
              per_op["share"]["den"].get<uint64_t>() * (known.count() - known.calls[0]))
        << per_op["share"] << " of the calls allocate";
  }
};

TEST_P(Heights, EachCallHasItsOwnAllocations) {
  const std::string path = program(GetParam().program);
  if (!std::filesystem::exists(path)) GTEST_SKIP() << path << " was not built";
  for (const char* seed : {"1", "2"}) {
    SCOPED_TRACE(std::string("seed ") + seed);
    std::filesystem::remove(trace());
    std::vector<std::string> words = {"run", "--quiet", "-o", trace(), "--op", "work::*", "--", path, seed};
    words.insert(words.end(), GetParam().words.begin(), GetParam().words.end());
    const Ended host = mallocop(words);
    ASSERT_EQ(host.status, 0) << host.err;
    const Ended check = mallocop({"check", trace(), "--format", "json", "--limit", "work::*:allocs<=1000"});
    ASSERT_EQ(check.status, 0) << check.err;
    std::map<std::string, Json> operations;
    const Json report = Json::parse(check.out);
    for (const Json& operation : report["operations"]) operations[operation["name"]] = operation;
    std::istringstream lines(host.out);
    size_t functions = 0;
    for (std::string line; std::getline(lines, line); ++functions) {
      std::istringstream fields(line);
      std::string name;
      fields >> name;
      SCOPED_TRACE(name);
      Spread known;
      for (uint64_t calls = 0; fields >> calls;) known.calls.push_back(calls);
      expect_spread(operations["work::" + name], known);
    }
    EXPECT_EQ(functions, 3U);
  }
}

class PageEnds : public Integration, public testing::WithParamInterface<const char*> {};

TEST_P(PageEnds, AReturnAddressThereIsOnTheStackToo) {
  const Ended host = mallocop({"run", "--quiet", "-o", trace(), "--op", "work::*", "--", program(GetParam())});
  ASSERT_EQ(host.status, 0) << host.err;
  const Ended check = mallocop({"check", trace(), "--format", "json", "--limit", "work::*:allocs<=2"});
  EXPECT_EQ(check.status, 0) << check.out;
  const Json report = Json::parse(check.out);
  const Json& operations = report["operations"];
  const auto outer =
      std::find_if(operations.begin(), operations.end(), [](const Json& one) { return one["name"] == "work::outer"; });
  ASSERT_NE(outer, operations.end());
  EXPECT_EQ((*outer)["count"], std::stoull(host.out));
  EXPECT_EQ((*outer)["allocations"]["per_op"]["min"], 2);
  EXPECT_EQ((*outer)["allocations"]["per_op"]["max"], 2);
  for (const Json& site : report["sites"]) {
    if (site["operation"] != "work::outer") continue;
    EXPECT_TRUE(site["location"]["line"].is_number()) << site["location"];
  }
}

INSTANTIATE_TEST_SUITE_P(All, PageEnds, testing::Values("page_ends", "page_ends_with_holes"),
                         [](const auto& one) { return std::string(one.param); });

std::vector<Case> cases() {
  std::vector<Case> all;
  for (const char* program : {"heights_O0", "heights_O2", "heights_clang_O0", "heights_clang_O2"}) {
    all.push_back({program, {"4"}});
  }
  all.push_back({"heights_O2", {"8"}});
  for (const char* program : {"heights_O2", "heights_clang_O0"}) {
    all.push_back({program, {"2", "signals"}});
    all.push_back({program, {"2", "coroutines"}});
  }
  return all;
}

INSTANTIATE_TEST_SUITE_P(All, Heights, testing::ValuesIn(cases()), [](const auto& one) {
  return std::string(one.param.program) + "_" + one.param.words.front() +
         (one.param.words.size() > 1 ? "_" + one.param.words.back() : std::string());
});

}  // namespace
}  // namespace mallocop::test
