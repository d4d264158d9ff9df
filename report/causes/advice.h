// What to do, with numbers from the measurement.
#pragma once

#include <string>
#include <string_view>

#include "report/causes/cause_table.h"
#include "report/causes/impact.h"

namespace mallocop::report {

// The advice of a row for sites that do this. `type`: "std::vector<int>"; may be empty.
std::string advice_text(const Cause& cause, std::string_view type, const SiteGroup& group);

// Bytes of an object of a type as short_name() writes it, where every ABI of this machine agrees; else 0.
uint64_t size_of_type(std::string_view type);

}  // namespace mallocop::report
