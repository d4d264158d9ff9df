// From ticks of the processor's counter to nanoseconds, by two moments at which both were read.
#pragma once

#include <cstdint>
#include <optional>

#include "report/trace/trace_contents.h"

namespace mallocop::report {

struct Moment {
  uint64_t ticks = 0;
  uint64_t nanoseconds = 0;  // CLOCK_MONOTONIC
};

// The moment of the shim's start, from the process record; nothing if the trace does not have it.
std::optional<Moment> start_of(const TraceContents& contents);

// When that was: nanoseconds since 1970; nothing if the trace does not say.
std::optional<uint64_t> start_time_of(const TraceContents& contents);

// Nanoseconds per tick; nothing unless both counters went forward between the moments.
std::optional<double> nanoseconds_per_tick(const std::optional<Moment>& start, const std::optional<Moment>& end);

}  // namespace mallocop::report
