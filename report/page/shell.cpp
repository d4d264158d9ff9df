// See shell.h: the document stands in the executable as bundle.py made it.
#include "report/page/shell.h"

#ifdef MALLOCOP_PAGE

extern "C" {
extern const char mallocop_page[];
extern const char mallocop_page_end[];
}

namespace mallocop::report {

std::string_view page_shell() { return {mallocop_page, static_cast<size_t>(mallocop_page_end - mallocop_page)}; }

}  // namespace mallocop::report

#else

namespace mallocop::report {

std::string_view page_shell() { return {}; }

}  // namespace mallocop::report

#endif
