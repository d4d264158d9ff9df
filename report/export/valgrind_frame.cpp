// See valgrind_frame.h.
#include "report/export/valgrind_frame.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "report/output/escape.h"

namespace mallocop::report {
namespace {

std::string file_name(const std::string& path) { return escape_controls(path.substr(path.rfind('/') + 1)); }

}  // namespace

std::string valgrind_frame(const ExportPaths& paths, PlaceIndex place) {
  const Frame* const frame = paths.frame(place);
  const std::string name = escape_controls(paths.name(place));
  if (frame == nullptr) return name;
  if (!frame->file.empty())
    return fmt::format("{:#x}: {} ({}:{})", frame->address, name, file_name(frame->file), frame->line);
  if (frame->module.empty()) return fmt::format("{:#x}: {}", frame->address, name);
  return fmt::format("{:#x}: {} (in {})", frame->address, name, escape_controls(frame->module));
}

std::string valgrind_command(const Profile& profile) {
  return escape_controls(fmt::format("{}", fmt::join(profile.command, " ")));
}

}  // namespace mallocop::report
