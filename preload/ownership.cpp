#include "preload/ownership.h"

namespace mallocop::preload {

constinit std::atomic<uint32_t> g_unproved_frees[kFreeCounters];
constinit std::atomic<bool> g_many_threads{false};

}  // namespace mallocop::preload
