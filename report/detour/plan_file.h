// The plan of a run as a file (trace/plan.h): private to the user, and gone when the object goes.
#pragma once

#include <span>
#include <string>

#include "report/detour/planned.h"

namespace mallocop::report {

// What asks the shim to count other threads in the calls of a mark.
Planned whole_process(const std::string& operation);

class PlanFile {
 public:
  // Written to $TMPDIR or /tmp, with mode 600. Throws Error (kError) if it cannot be.
  explicit PlanFile(std::span<const Planned> functions);
  ~PlanFile();
  PlanFile(const PlanFile&) = delete;
  PlanFile& operator=(const PlanFile&) = delete;

  const std::string& path() const { return path_; }  // absolute

 private:
  std::string path_;
};

// The bytes of such a file.
std::string encode_plan(std::span<const Planned> functions);

}  // namespace mallocop::report
