// Catch2 with limits on allocations: mallocop run -- ./catch2_parse
#define CATCH_CONFIG_MAIN
#include <catch2/catch.hpp>
#include <string>

#include "mallocop/mallocop.hpp"

TEST_CASE("a line of 1,000 characters takes one block of at most 2 KiB") {
  const mallocop::Tally tally;
  const std::string line(1000, '.');
  const mallocop_totals taken = tally.since();  // before Catch2 allocates
  CHECK(line.size() == 1000);
  REQUIRE(taken.allocations <= 1);
  REQUIRE(taken.bytes <= 2048);
}
