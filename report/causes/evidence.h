// Why a cause is thought to be the cause: what the stack shows, and what the site does.
#pragma once

#include <string>

#include "report/causes/impact.h"
#include "report/causes/recognised.h"

namespace mallocop::report {

// "std::vector<int>::_M_realloc_insert; 8 per call, 4 B to 512 B". `calls`: of the group's operation, if it has one.
std::string evidence_text(const Recognised& found, const SiteGroup& group, uint64_t calls);

}  // namespace mallocop::report
