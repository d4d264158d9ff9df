// A frame as Valgrind's tools write it: "0x1149: main (bench.c:12)".
#pragma once

#include <string>

#include "report/export/paths.h"

namespace mallocop::report {

// Control characters are escaped; a place that is no frame is its name.
std::string valgrind_frame(const ExportPaths& paths, PlaceIndex place);

// The command, its words with blanks between.
std::string valgrind_command(const Profile& profile);

}  // namespace mallocop::report
