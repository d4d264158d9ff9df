// Between which bounds the peak lies, where windows of several threads cover the same time.
//
// Within a window the order of things is known, between windows that overlap it is not. So each window is known by
// three numbers: what it adds to the level as a whole, and how high above and how low below its start it goes. At any
// moment the level is the sum of all windows that have ended, and of something between the last two of each that is
// open; and in each window there is a moment at which it is at its highest.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace mallocop::report {

class LevelBounds {
 public:
  // The next window; ticks as in the trace. What comes before the first one is not kept: a process with one thread
  // needs no bounds, and opens none.
  void open(uint64_t begin, uint64_t end) { windows_.push_back({begin, end, 0, 0, 0}); }
  // In the latest window, in order: of a block that outlives it or is older than it, …
  void gain(uint64_t bytes) { change(bytes, false); }
  void lose(uint64_t bytes) { change(bytes, true); }
  // … and what blocks that it knows nothing more about held for a moment.
  void rise(uint64_t above);
  // Somewhere in an earlier window, by its number, a block of that size was freed.
  void lose_late(size_t window, uint64_t bytes);

  struct Peak {
    uint64_t at_least = 0;
    uint64_t at_most = 0;
  };
  Peak peak() const;

 private:
  struct Window {
    uint64_t begin;
    uint64_t end;
    int64_t added;
    int64_t highest;  // not below 0
    int64_t lowest;   // not above 0
  };
  void change(uint64_t bytes, bool less);

  std::vector<Window> windows_;
};

}  // namespace mallocop::report
