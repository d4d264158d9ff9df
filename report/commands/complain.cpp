// See complain.h.
#include "report/commands/complain.h"

#include <unistd.h>

#include <string>

#include "report/output/escape.h"
#include "report/output/sink.h"

namespace mallocop::report {

void complain(std::string_view message) noexcept {
  try {
    write_stream(STDERR_FILENO, "mallocop: " + escape_controls(message) + '\n', "standard error");
  } catch (...) {  // a closed standard error
  }
}

}  // namespace mallocop::report
