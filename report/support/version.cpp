#include "report/support/version.h"

namespace mallocop::report {

std::string_view tool_version() { return MALLOCOP_VERSION; }

}  // namespace mallocop::report
