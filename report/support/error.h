// Errors travel to main as exceptions of one type: a sentence for a person and the exit status it leads to.
#pragma once

#include <stdexcept>
#include <string>

#include "report/exit_status.h"

namespace mallocop::report {

// `message` names the place (file, line, option) and says what to do; it has no trailing newline.
class Error : public std::runtime_error {
 public:
  Error(ExitStatus status, const std::string& message) : std::runtime_error(message), status_(status) {}
  ExitStatus status() const { return status_; }

 private:
  ExitStatus status_;
};

}  // namespace mallocop::report
