#include "report/commands/progress_line.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <string_view>

#include "report/output/escape.h"
#include "report/output/sink.h"
#include "report/support/units.h"

namespace mallocop::report {
namespace {

constexpr auto kPatience = std::chrono::milliseconds(400);  // quicker work needs no line
constexpr auto kInterval = std::chrono::milliseconds(100);
constexpr const char* kClear = "\r\x1b[K";

bool can_go_back(int descriptor) {
  const char* terminal = std::getenv("TERM");
  return terminal != nullptr && std::string_view(terminal) != "dumb" && ::isatty(descriptor) == 1;
}

std::string text_of(const std::string& what, uint64_t done, uint64_t total) {
  const std::string subject = "mallocop: " + escape_controls(what);
  if (total == 0) return done == 0 ? subject : fmt::format("{}: {}", subject, format_count(done));
  const double share = static_cast<double>(done) / static_cast<double>(total);
  return fmt::format("{}: {} of {}, {:.0f} %", subject, format_count(done), format_count(total), share * 100);
}

}  // namespace

ProgressLine::ProgressLine(int descriptor)
    : descriptor_(descriptor), usable_(can_go_back(descriptor)), next_(Clock::now() + kPatience) {}

ProgressLine::~ProgressLine() {
  if (visible_) [[maybe_unused]]
    const ssize_t ignored = ::write(descriptor_, kClear, std::string_view(kClear).size());
}

void ProgressLine::show(const std::string& what, uint64_t done, uint64_t total) {
  if (!usable_) return;
  const Clock::time_point now = Clock::now();
  if (now < next_) return;
  next_ = now + kInterval;
  const std::string line = kClear + cut_to_width(text_of(what, done, total), stream_width(descriptor_) - 1);
  visible_ = true;
  // A terminal that takes nothing gets no line: the work goes on.
  usable_ = ::write(descriptor_, line.data(), line.size()) == static_cast<ssize_t>(line.size());
}

Progress ProgressLine::callback() {
  if (!usable_) return {};
  return [this](const std::string& what, uint64_t done, uint64_t total) { show(what, done, total); };
}

}  // namespace mallocop::report
