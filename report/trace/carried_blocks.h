// What a call that lies in several windows holds: the blocks of its earlier parts, until its thread frees them.
//
// The fold knows of each part what its own blocks come to. Those that outlive a window are listed in it, with the call
// that they are of; when a later window of the thread lists a free of the address, or another block there, the block is
// gone. A block that another thread freed is taken for live until then.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "trace/window.h"

namespace mallocop::report {

// Of a part of a call that began in an earlier window.
struct PartLevels {
  bool known = false;  // the trace says when the part ended
  uint64_t peak = 0;   // most bytes of all parts' blocks live at once; more than the truth at most
  uint64_t net = 0;    // bytes of all parts' blocks live at its end
};

// Of one thread.
class CarriedBlocks {
 public:
  // The thread's next window. Of each of its calls that began in an earlier window, in their order.
  const std::vector<PartLevels>& add(const trace::Window& window);

 private:
  // The call that is open at a place.
  struct Call {
    uint64_t number = 0;   // tells it from the calls before at this place; 0: none
    uint64_t earlier = 0;  // bytes live of blocks of parts before this window
    uint64_t here = 0;     // and of this window
    uint64_t blocks = 0;   // of both
  };
  struct Block {
    uint32_t place;
    uint64_t call;    // Call::number
    uint64_t window;  // that lists it
    uint64_t size;
  };
  // A call of the window at hand that began before it.
  struct Part {
    const trace::WindowCall* row;
    PartLevels* levels;
    uint64_t earlier;      // Call::earlier at the window's begin
    uint64_t highest = 0;  // as the list of blocks shows it
  };

  void forget_missing(const trace::Window& window);
  void begin_parts(const trace::Window& window);
  void raise(uint64_t pairs);
  void end_parts(uint64_t blocks_before);
  void allocate(const trace::WindowBlock& block);
  void release(uint64_t address);
  void sweep();
  Call& call_at(uint32_t place);

  std::vector<Call> calls_;                     // by place
  std::unordered_map<uint64_t, Block> blocks_;  // by address; of calls that have ended too, until they are swept
  uint64_t calls_seen_ = 0;
  uint64_t windows_seen_ = 0;
  std::vector<Part> parts_;  // of the window at hand that have not ended
  std::vector<PartLevels> levels_;
};

}  // namespace mallocop::report
