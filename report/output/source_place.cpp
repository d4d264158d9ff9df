// See source_place.h.
#include "report/output/source_place.h"

#include <charconv>
#include <filesystem>
#include <system_error>

#include "report/symbols/user_code.h"

namespace mallocop::report {

std::optional<SourcePlace> source_place(const Profile& profile, const Site& site, const SourceRoot& root) {
  for (const Frame& frame : profile.frames_of(site)) {
    if (frame.line == 0 || !is_user_frame(frame)) continue;
    if (const std::optional<std::string> file = root.relative(frame.file)) return SourcePlace{*file, frame.line};
  }
  return std::nullopt;
}

std::optional<SourcePlace> limit_place(const std::string& source, const SourceRoot& root) {
  const size_t colon = source.rfind(':');
  if (colon == std::string::npos) return std::nullopt;
  SourcePlace place;
  const char* const end = source.data() + source.size();
  const auto [rest, failed] = std::from_chars(source.data() + colon + 1, end, place.line);
  if (failed != std::errc() || rest != end) return std::nullopt;
  std::error_code error;  // a budget file is named from the working folder
  const std::filesystem::path path = std::filesystem::absolute(source.substr(0, colon), error);
  const std::optional<std::string> file = error ? std::nullopt : root.relative(path.string());
  if (!file || !std::filesystem::is_regular_file(path, error)) return std::nullopt;
  place.file = *file;
  return place;
}

}  // namespace mallocop::report
