// By what sites, bottlenecks and the plan are put in order.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace mallocop::report {

// Allocations, bytes and temporary allocations are those of measured calls, and what is inside operations goes first.
// What is live at the peak, or never freed, is the whole process's.
enum class Ranking { kAllocations, kBytes, kTemporary, kPeak, kLeaked };

struct RankingName {
  Ranking ranking;
  std::string_view name;   // as --by takes it
  std::string_view title;  // as a page calls what is counted
};

// In the order of Ranking.
inline constexpr std::array<RankingName, 5> kRankings = {{
    {Ranking::kAllocations, "allocs", "allocations"},
    {Ranking::kBytes, "bytes", "bytes"},
    {Ranking::kTemporary, "temporary", "temporary allocations"},
    {Ranking::kPeak, "peak", "bytes at the peak"},
    {Ranking::kLeaked, "leaked", "bytes never freed"},
}};

constexpr const RankingName& name_of(Ranking ranking) { return kRankings[static_cast<size_t>(ranking)]; }

constexpr bool is_of_process(Ranking ranking) { return ranking == Ranking::kPeak || ranking == Ranking::kLeaked; }

}  // namespace mallocop::report
