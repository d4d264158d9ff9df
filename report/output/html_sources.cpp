// The user's code around sites, for an HTML page.
//
// A trace may come from anywhere and name any file, and a page is made to be sent to others. So only files are read
// that are below the folder of the user's sources and are named as sources are; and of them only the lines around a
// site.
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <set>
#include <string_view>

#include "report/output/escape.h"
#include "report/output/html_parts.h"
#include "report/output/place.h"
#include "report/symbols/source_root.h"

namespace mallocop::report {
namespace {

constexpr uint32_t kLinesAround = 4;
constexpr size_t kLongestLine = 200;
constexpr size_t kLargestFile = size_t{4} << 20;
constexpr size_t kMostText = size_t{1} << 20;  // of all of them

constexpr std::array<std::string_view, 18> kSuffixes = {".c",   ".cc",  ".cp",  ".cpp", ".cxx", ".c++",
                                                        ".h",   ".hh",  ".hpp", ".hxx", ".h++", ".inc",
                                                        ".inl", ".ipp", ".tcc", ".rs",  ".py",  ".C"};

// A tab is as wide as four blanks.
std::string source_line(std::string_view line) {
  std::string text;
  for (const char byte : line.substr(0, kLongestLine)) {
    if (byte == '\t') {
      text.append(4 - text.size() % 4, ' ');
    } else if (byte != '\r') {
      text += byte;
    }
  }
  return cut_to_width(escape_controls(text), kLongestLine);
}

std::optional<std::filesystem::path> readable_source(const SourceRoot& root, const std::string& folder,
                                                     const std::string& file) {
  const std::optional<std::string> relative = root.relative(file);
  if (!relative) return std::nullopt;
  std::error_code failed;
  // A link below the folder may lead out of it.
  const std::filesystem::path path = std::filesystem::canonical(std::filesystem::path(folder) / *relative, failed);
  if (failed || !root.relative(path.string())) return std::nullopt;
  if (std::find(kSuffixes.begin(), kSuffixes.end(), path.extension().string()) == kSuffixes.end()) return std::nullopt;
  struct stat status = {};
  if (::stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return std::nullopt;
  if (static_cast<size_t>(status.st_size) > kLargestFile) return std::nullopt;
  return path;
}

}  // namespace

Json page_sources(const Profile& profile, const PageSites& sites, const std::string& root_folder) {
  const SourceRoot root(root_folder);
  std::map<std::string, std::set<uint32_t>> wanted;
  for (const size_t index : sites.sites) {
    const Site& site = profile.sites[index];
    const Frame* const frame = frame_of(profile, site);
    if (site.location && frame && frame->line > 0 && !frame->file.empty()) wanted[frame->file].insert(frame->line);
  }
  Json files = Json::object();
  size_t left = kMostText;
  for (const auto& [file, lines] : wanted) {
    const std::optional<std::filesystem::path> path = readable_source(root, root_folder, file);
    if (!path) continue;
    std::ifstream stream(*path, std::ios::binary);
    Json shown = Json::array();
    uint32_t number = 0;
    for (std::string text; left > 0 && std::getline(stream, text);) {
      ++number;
      const auto near = lines.lower_bound(number > kLinesAround ? number - kLinesAround : 1);
      if (near == lines.end()) break;
      if (*near > number + kLinesAround) continue;
      text = source_line(text);
      left -= std::min(left, text.size() + 1);
      shown.push_back({number, std::move(text)});
    }
    if (!shown.empty()) files[page_text(readable_path(file))] = std::move(shown);
  }
  return files;
}

}  // namespace mallocop::report
