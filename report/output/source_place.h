// Where a violation is in the user's sources, for formats that point at a line of a file.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "report/model/profile.h"
#include "report/symbols/source_root.h"
#include "report/verdict/verdict.h"

namespace mallocop::report {

struct SourcePlace {
  std::string file;  // relative to the root
  uint32_t line = 1;
};

// The first frame of the site's stack that the user owns: below the root, with a line, and no library code.
std::optional<SourcePlace> source_place(const Profile& profile, const Site& site, const SourceRoot& root);

// The line that a limit was written in, where its source is "FILE:LINE" and the file is below the root.
std::optional<SourcePlace> limit_place(const std::string& source, const SourceRoot& root);

}  // namespace mallocop::report
