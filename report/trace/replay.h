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
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "report/trace/address_map.h"
#include "report/trace/site_table.h"
#include "trace/window.h"

namespace mallocop::report {

struct SiteBlocks {
  uint64_t temporary = 0;  // blocks freed as the first thing in a window, before the thread's next allocation
  uint64_t leaked_allocations = 0;
  uint64_t leaked_bytes = 0;
};

struct ReplayResult {
  std::vector<SiteBlocks> sites;  // by SiteNumber; may be shorter than the sites there are
  uint64_t frees = 0;             // of any block but mallocop's own
  uint64_t temporary = 0;         // sum over sites, and those whose block is not known
  uint64_t leaked_allocations = 0;
  uint64_t leaked_bytes = 0;
  uint64_t peak_bytes = 0;     // exact for one thread; a bound if windows of different threads overlap
  uint64_t unknown_frees = 0;  // pending to the end: of blocks that no event allocated
  uint64_t owed_frees = 0;     // never paid: events are missing, or stand in an impossible order
  // Frees matched through `pending` or `owed` where another block of that address could have been meant: of a
  // different size, in a window of another thread that covers the same time. None in a process with one thread.
  uint64_t ambiguous_frees = 0;
  uint64_t threads = 0;          // that have a window
  bool windows_overlap = false;  // windows of different threads cover the same time
};

class BlockReplay {
 public:
  // The next window, with the site of each of its WindowSites. `open_ended`: its end is not known (recovered).
  void add(const trace::Window& window, std::span<const SiteNumber> sites, bool open_ended);
  ReplayResult finish();

 private:
  using WindowNumber = uint32_t;
  struct Span {
    uint32_t thread;
    uint64_t begin;  // ticks
    uint64_t end;
  };
  struct Block {
    SiteNumber site = kToolSite;
    WindowNumber window = 0;  // that it was allocated in
    uint64_t size = 0;
  };
  struct Pending {
    WindowNumber window;  // that has the frees
    uint64_t frees;
  };
  // A block that another thread seems to have freed. If its own thread is seen to free it later, then that free was of
  // a later block at the address, and waits for it.
  struct ForeignFree {
    WindowNumber owner = 0;  // that the block was allocated in
    WindowNumber by = 0;     // that the free was in
  };
  // Only addresses that more than one thread used have one.
  struct Disorder {
    std::optional<ForeignFree> foreign;
    std::vector<Pending> pending;
    uint64_t owed = 0;
    std::optional<Block> dead;  // the latest block that was taken for dead because of the above
  };

  void allocate(uint64_t address, const Block& block);
  void release(uint64_t address, bool temporary);
  bool take_pending(Disorder& disorder, const Block& block);
  void bury(Disorder& disorder, const Block& block);
  bool rivals(const Block& dead, const Block& other) const;
  void raise_peak(uint64_t above_level);
  void gain(const Block& block);
  void lose(const Block& block);
  bool overlap() const;

  AddressMap<Block> live_;
  std::unordered_map<uint64_t, Disorder> disorder_;
  std::vector<Span> windows_;
  ReplayResult result_;
  uint64_t level_ = 0;       // bytes live in counted blocks
  uint64_t tool_frees_ = 0;  // of mallocop's own blocks
};

}  // namespace mallocop::report
