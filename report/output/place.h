// Where a site is, for a person: one function, one file, one line.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "report/model/profile.h"

namespace mallocop::report {

// The frame that stands for the site: its location, else the innermost frame with a name, else the innermost.
// Null if nothing is known of its stack.
const Frame* frame_of(const Profile& profile, const Site& site);

// "Conductor::route"; without a function "libfoo.so+0x1234", or "0x7f..." where no module is known.
std::string frame_name(const Frame& frame);

// A source's name for a reader here, whole.
std::string readable_path(std::string_view path);

// frame_name of the frame that stands for the site, whole if the reader asked for that; "(unknown stack)" if there is
// none.
std::string place_name(const Profile& profile, const Site& site);

// "conductor.cpp:42" of a file as debug information names it; without a line "conductor.cpp"; "" of no file.
std::string position_text(const std::string& file, uint32_t line);

// "conductor.cpp:42"; a long path keeps its end. Without a line: the module. "" if nothing is known.
std::string place_position(const Profile& profile, const Site& site);

}  // namespace mallocop::report
