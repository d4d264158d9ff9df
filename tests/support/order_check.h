// An order checker for traces: what cannot have happened is not in them.
//
// It reads the windows on its own, without the reporter's replay, so that a mistake in one shows in the other:
//   - within a window the counts of a site fit the blocks that are listed, in number and in bytes;
//   - no address is live twice, and nothing is freed that is not live. With one thread that holds in order; of several
//     threads, whose windows may overlap, an address was allocated as often as freed, or once more;
//   - each thread's windows are numbered without a gap.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace mallocop::test {

struct OrderCheck {
  std::vector<std::string> problems;  // the first few, in words; empty: none
  uint64_t windows = 0;
  uint64_t threads = 0;
  uint64_t live_allocations = 0;  // at the end, mallocop's own included
};

// Throws as TraceFile does if the file is no trace.
OrderCheck check_order(const std::string& trace);

}  // namespace mallocop::test
