#include "report/trace/level_bounds.h"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <tuple>

#include "report/trace/saturating.h"

namespace mallocop::report {
namespace {

// Levels of a real process are far from both ends; sums of a made-up trace stay there.
int64_t sum(int64_t a, int64_t b) {
  int64_t result = 0;
  if (!__builtin_add_overflow(a, b, &result)) return result;
  return a < 0 ? -std::numeric_limits<int64_t>::max() : std::numeric_limits<int64_t>::max();
}

int64_t with_sign(uint64_t bytes, bool negative) {
  const auto most = static_cast<uint64_t>(std::numeric_limits<int64_t>::max());
  const auto value = static_cast<int64_t>(std::min(bytes, most));
  return negative ? -value : value;
}

// The smallest of a run of values: a tree of the smaller of each two.
class LowestOf {
 public:
  explicit LowestOf(const std::vector<int64_t>& values) : size_(values.size()), tree_(values.size() * 2) {
    std::copy(values.begin(), values.end(), tree_.begin() + static_cast<ptrdiff_t>(size_));
    for (size_t node = size_; node-- > 1;) tree_[node] = std::min(tree_[2 * node], tree_[2 * node + 1]);
  }
  // Of [begin, end), which is not empty.
  int64_t between(size_t begin, size_t end) const {
    int64_t lowest = std::numeric_limits<int64_t>::max();
    for (begin += size_, end += size_; begin < end; begin /= 2, end /= 2) {
      if (begin % 2 == 1) lowest = std::min(lowest, tree_[begin++]);
      if (end % 2 == 1) lowest = std::min(lowest, tree_[--end]);
    }
    return lowest;
  }

 private:
  size_t size_;
  std::vector<int64_t> tree_;
};

}  // namespace

void LevelBounds::change(uint64_t bytes, bool less) {
  if (windows_.empty()) return;
  Window& window = windows_.back();
  window.added = sum(window.added, with_sign(bytes, less));
  window.highest = std::max(window.highest, window.added);
  window.lowest = std::min(window.lowest, window.added);
}

void LevelBounds::rise(uint64_t above) {
  if (windows_.empty()) return;
  Window& window = windows_.back();
  window.highest = std::max(window.highest, sum(window.added, with_sign(above, false)));
}

void LevelBounds::lose_late(size_t window, uint64_t bytes) {
  if (windows_.empty()) return;
  Window& at = windows_[window];
  at.added = sum(at.added, with_sign(bytes, true));
  at.lowest = sum(at.lowest, with_sign(bytes, true));
}

LevelBounds::Peak LevelBounds::peak() const {
  struct Edge {
    uint64_t ticks;
    bool begins;  // an end goes first: windows that touch do not overlap
    size_t window;
  };
  std::vector<Edge> edges;
  edges.reserve(windows_.size() * 2);
  for (size_t window = 0; window < windows_.size(); ++window) {
    const uint64_t begin = windows_[window].begin;
    edges.push_back({begin, true, window});
    // One without any length is open for itself, and ends behind its begin.
    edges.push_back({std::max(saturating_add(begin, 1), windows_[window].end), false, window});
  }
  std::stable_sort(edges.begin(), edges.end(), [](const Edge& a, const Edge& b) {
    return std::tie(a.ticks, a.begins) < std::tie(b.ticks, b.begins);
  });
  std::vector<int64_t> lows;  // behind each edge
  std::vector<size_t> begins(windows_.size());
  int64_t low = 0;
  int64_t high = 0;
  int64_t most = 0;
  for (size_t edge = 0; edge < edges.size(); ++edge) {
    const Window& window = windows_[edges[edge].window];
    if (edges[edge].begins) {
      begins[edges[edge].window] = edge;
      low = sum(low, window.lowest);
      high = sum(high, window.highest);
    } else {
      low = sum(sum(low, -window.lowest), window.added);
      high = sum(sum(high, -window.highest), window.added);
    }
    most = std::max(most, high);
    lows.push_back(low);
  }
  // At its highest a window has the others around it at their lowest, at worst where those sum up to least.
  const LowestOf lowest(lows);
  int64_t least = 0;
  for (size_t edge = 0; edge < edges.size(); ++edge) {
    if (edges[edge].begins) continue;
    const Window& window = windows_[edges[edge].window];
    const int64_t others = sum(lowest.between(begins[edges[edge].window], edge), -window.lowest);
    least = std::max({least, lows[edge], sum(others, window.highest)});
  }
  return {static_cast<uint64_t>(least), static_cast<uint64_t>(most)};
}

}  // namespace mallocop::report
