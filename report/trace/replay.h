// Windows to blocks: what is live when, what is never freed, and how high the level of live bytes rose.
//
// Windows come in the order in which they were written. Those of one thread are in order of time; those of different
// threads interleave, so a free may come before the window with the allocation of its block. At each address the
// blocks come and go one after the other, which is what puts that right:
//   - a free of an address with no live block is *pending*: it waits for an allocation of that address in the window
//     of another thread, one that did not begin after the free's window had ended;
//   - an allocation at an address with a live block means that the free of one of the two has not been seen: the block
//     that came first is dead, and a free is *owed*, which a later free pays.
// A process with one thread has neither, unless it frees what no event allocated.
//
// In the end the sums decide: an address where as many blocks were freed as allocated holds none, whatever was taken
// for what on the way, and one where a block more was allocated holds the last. So what is leaked is exact; that the
// pairs the windows folded are right is proved where they were made (preload/ownership.h). What is live at a moment in
// between is only as exact as the order of the windows.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "report/trace/level_bounds.h"
#include "report/trace/live_blocks.h"
#include "report/trace/site_levels.h"
#include "report/trace/site_table.h"
#include "report/trace/timeline_builder.h"
#include "trace/window.h"

namespace mallocop::report {

struct SiteBlocks {
  uint64_t temporary = 0;  // blocks freed as the first thing in a window, before the thread's next allocation
  uint64_t leaked_allocations = 0;
  uint64_t leaked_bytes = 0;
  SiteLevel peak;  // live at the peak of the process
};

struct ReplayResult {
  std::vector<SiteBlocks> sites;  // by SiteNumber; may be shorter than the sites there are
  uint64_t frees = 0;             // of any block but mallocop's own
  uint64_t temporary = 0;         // sum over sites, and those whose block is not known
  uint64_t leaked_allocations = 0;
  uint64_t leaked_bytes = 0;
  uint64_t peak_bytes = 0;              // exact for one thread; else it lies between two bounds, as the truth does
  uint64_t peak_short_lived_bytes = 0;  // of these, in pairs that the windows folded
  uint64_t peak_ticks = 0;              // when
  LevelBounds::Peak peak_bounds;
  uint64_t unknown_frees = 0;  // of blocks that no event allocated
  uint64_t owed_frees = 0;     // allocations that one address cannot hold at once: events are missing
  // Frees matched where another block of that address could have been meant: through `pending` or `owed`, of a
  // different size, in a window of another thread that covers the same time; or of the thread's own latest block, which
  // is then not counted as temporary. None in a process with one thread. They blur what is live in between, not the
  // totals.
  uint64_t ambiguous_frees = 0;
  uint64_t threads = 0;          // that have a window
  bool windows_overlap = false;  // windows of different threads cover the same time
};

class BlockReplay {
 public:
  // `one_thread`: all windows that will come are of one, so that a block need not know its own. `start_ticks`: of the
  // process.
  explicit BlockReplay(bool one_thread = false, uint64_t start_ticks = 0) : one_thread_(one_thread) {
    timeline_.start_at(start_ticks);
  }

  // The next window, with the site of each of its WindowSites. `open_ended`: its end is not known (recovered).
  void add(const trace::Window& window, std::span<const SiteNumber> sites, bool open_ended);
  ReplayResult finish();
  // What is live over time; its sites are SiteNumbers. The end is what the windows say, not yet what finish() settles.
  const TimelineBuilder& timeline() const { return timeline_; }

 private:
  using WindowNumber = uint32_t;
  struct Span {
    uint32_t thread;
    uint64_t begin;  // ticks
    uint64_t end;
  };
  using Block = LiveBlock;
  struct Pending {
    WindowNumber window;  // that has the free
    uint32_t stamp;
  };
  // The latest that a thread did at an address. Whoever allocated the last block there did nothing after it.
  struct Latest {
    uint32_t thread;
    std::optional<Block> allocated;  // none: it freed
  };
  // Only addresses whose events came out of order have one.
  struct Disorder {
    std::vector<Latest> latest;
    uint64_t first_allocation = ~uint64_t{0};  // ticks: when the earliest window with an allocation began
    std::vector<Pending> pending;
    std::vector<uint64_t> owed;  // sizes of blocks whose frees have not been seen; 0 of mallocop's own
    std::optional<Block> dead;   // the latest block that was taken for dead because of the above
  };

  void allocate(uint64_t address, const Block& block);
  void release(const trace::WindowBlock& free, uint64_t address);
  std::optional<WindowNumber> take_pending(Disorder& disorder, const Block& block);
  void bury(Disorder& disorder, const Block& block);
  void bury_as_owed(Disorder& disorder, const Block& block);
  void note(Disorder& disorder, uint32_t thread, std::optional<Block> allocated);
  void settle(uint64_t address, const Disorder& disorder);
  void count_temporary(const Block& block);
  bool rivals(const Block& dead, const Block& other) const;
  void replay_pair(const trace::WindowBlock& block, SiteNumber site, uint64_t& untold);
  void raise_peak(uint64_t above_level);
  void gain(const Block& block);
  void lose(const Block& block);
  bool overlap() const;

  LiveBlocks live_;
  std::unordered_map<uint64_t, Disorder> disorder_;
  bool one_thread_;
  std::vector<Span> windows_;
  ReplayResult result_;
  uint64_t level_ = 0;  // bytes live in counted blocks
  uint64_t ticks_ = 0;  // estimated time of the entry at hand
  SiteLevels site_levels_;
  LevelBounds bounds_;
  TimelineBuilder timeline_;
  uint64_t tool_frees_ = 0;  // of mallocop's own blocks
};

}  // namespace mallocop::report
