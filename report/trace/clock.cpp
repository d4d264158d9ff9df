#include "report/trace/clock.h"

#include <charconv>

namespace mallocop::report {
namespace {

std::optional<uint64_t> number(const std::string& text) {
  uint64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, value);
  if (text.empty() || error != std::errc() || at != end) return std::nullopt;
  return value;
}

}  // namespace

std::optional<Moment> start_of(const TraceContents& contents) {
  const auto ticks = number(contents.field(trace::kFieldStartTicks));
  const auto nanoseconds = number(contents.field(trace::kFieldStartNanoseconds));
  if (!ticks || !nanoseconds) return std::nullopt;
  return Moment{*ticks, *nanoseconds};
}

std::optional<uint64_t> start_time_of(const TraceContents& contents) {
  return number(contents.field(trace::kFieldStartTime));
}

std::optional<double> nanoseconds_per_tick(const std::optional<Moment>& start, const std::optional<Moment>& end) {
  if (!start || !end || end->ticks <= start->ticks || end->nanoseconds <= start->nanoseconds) return std::nullopt;
  return static_cast<double>(end->nanoseconds - start->nanoseconds) / static_cast<double>(end->ticks - start->ticks);
}

}  // namespace mallocop::report
