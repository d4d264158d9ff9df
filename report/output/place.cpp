// See place.h.
#include "report/output/place.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <string_view>
#include <system_error>

#include "report/symbols/short_name.h"

namespace mallocop::report {
namespace {

constexpr size_t kLongestPath = 48;
constexpr size_t kLongestName = 255;  // no file system has longer ones, but debug information may

std::string file_name(std::string_view path) {
  const std::string_view name = path.substr(path.rfind('/') + 1);
  if (name.size() <= kLongestName) return std::string(name);
  return "..." + std::string(name.substr(name.size() - kLongestName));
}

// With a slash at its end; empty if there is none that can be named.
std::string working_folder() {
  std::error_code error;
  const std::filesystem::path folder = std::filesystem::current_path(error);
  return error ? std::string() : folder.string() + "/";
}

std::string short_path(std::string_view whole) {
  const std::string path = readable_path(whole);
  if (path.size() <= kLongestPath) return path;
  const size_t cut = path.find('/', path.size() - kLongestPath);
  return "..." + (cut == std::string::npos ? file_name(path) : path.substr(cut));
}

}  // namespace

std::string readable_path(std::string_view path) {
  // Sources below the working folder are named from there, which is what an editor opened there takes; and what a build
  // system names relative to a folder of its own ("../samples/x.cpp") is samples/x.cpp to a reader.
  static const std::string kFolder = working_folder();
  if (!kFolder.empty() && path.starts_with(kFolder)) path.remove_prefix(kFolder.size());
  while (path.starts_with("../") || path.starts_with("./")) path.remove_prefix(path.find('/') + 1);
  return std::string(path);
}

const Frame* frame_of(const Profile& profile, const Site& site) {
  const StackFrames frames = profile.frames_of(site);
  if (frames.empty()) return nullptr;
  if (const Frame* const location = site.location ? frames.at(*site.location) : nullptr; location) return location;
  const auto named = std::find_if(frames.begin(), frames.end(), [](const Frame& one) { return !one.function.empty(); });
  return named == frames.end() ? &*frames.begin() : &*named;
}

std::string frame_name(const Frame& frame) {
  if (!frame.function.empty()) return short_name(frame.function);
  if (frame.module.empty()) return fmt::format("{:#x}", frame.address);
  return fmt::format("{}+{:#x}", file_name(frame.module), frame.offset);
}

std::string place_name(const Profile& profile, const Site& site) {
  const Frame* frame = frame_of(profile, site);
  if (!frame) return "(unknown stack)";
  return frame->function.empty() ? frame_name(*frame) : shown_name(frame->function, profile.whole_names);
}

std::string place_position(const Profile& profile, const Site& site) {
  const Frame* frame = frame_of(profile, site);
  if (!frame) return "";
  if (frame->file.empty()) return frame->function.empty() ? "" : file_name(frame->module);
  return position_text(frame->file, frame->line);
}

std::string position_text(const std::string& file, uint32_t line) {
  if (file.empty()) return "";
  return line == 0 ? short_path(file) : fmt::format("{}:{}", short_path(file), line);
}

}  // namespace mallocop::report
