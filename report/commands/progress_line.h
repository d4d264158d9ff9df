// One line on a terminal that says how far long work has come, and is gone when it is done.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "report/support/progress.h"

namespace mallocop::report {

class ProgressLine {
 public:
  // Shows nothing unless the descriptor is a terminal that can go back in a line, and nothing of work that is quick.
  explicit ProgressLine(int descriptor);
  ~ProgressLine();
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  void show(const std::string& what, uint64_t done, uint64_t total);
  Progress callback();  // none where nothing would be shown; must not outlive the line

 private:
  using Clock = std::chrono::steady_clock;

  int descriptor_;
  bool usable_;
  bool visible_ = false;
  Clock::time_point next_;  // not shown before
};

}  // namespace mallocop::report
