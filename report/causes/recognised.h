// What a stack was found to show.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "report/causes/cause_table.h"
#include "report/model/frame.h"

namespace mallocop::report {

// Valid as long as the Recogniser.
struct Recognised {
  const Cause* cause = nullptr;    // null: unknown
  std::string_view type;           // "std::vector<int>": the class of the function that told; may be empty
  const Frame* frame = nullptr;    // that told; null: the user's own code calls the allocator, or it is unknown
  std::optional<size_t> location;  // of the user's line that is meant, if it is not the site's location
  bool needs_debug_info = false;   // unknown only because calls that were inlined cannot be seen
};

}  // namespace mallocop::report
