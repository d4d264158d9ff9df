// mallocop: what went wrong becomes one line on standard error and an exit status; everything else is in commands/.

#include <exception>
#include <string>
#include <vector>

#include "report/commands/command_line.h"
#include "report/commands/complain.h"
#include "report/support/error.h"

int main(int argc, char** argv) {
  using namespace mallocop::report;
  try {
    return run_command_line(std::vector<std::string>(argv + (argc > 0 ? 1 : 0), argv + argc));
  } catch (const Error& error) {
    complain(error.what());
    return static_cast<int>(error.status());
  } catch (const std::exception& error) {
    complain(error.what());
    return static_cast<int>(ExitStatus::kError);
  }
}
