#include "preload/functions.h"

#include "preload/sys.h"

namespace mallocop::preload {

bool Functions::add_chunk(size_t index) {
  void* const memory = sys::map_anonymous(trace::kNodesPerChunk * sizeof(trace::FunctionFrame));
  frames_.chunks[index] = static_cast<trace::FunctionFrame*>(memory);
  return memory != nullptr;
}

}  // namespace mallocop::preload
