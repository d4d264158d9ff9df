// What could not be recorded, said in the trace.
#pragma once

#include <cstdint>
#include <string_view>

#include "trace/format.h"

namespace mallocop::preload {

void write_loss(trace::LossReason reason, uint64_t count, std::string_view detail = {});

}  // namespace mallocop::preload
