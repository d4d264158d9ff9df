#include "report/verdict/uncertain_entries.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <string_view>
#include <vector>

#include "report/support/function_name.h"

namespace mallocop::report {
namespace {

std::string_view file_name(std::string_view path) { return path.substr(path.rfind('/') + 1); }

// "codec.cpp:30 (work::run)", as far as it is known; "" if nothing is.
std::string place_of(const Frame& frame) {
  const std::string function = FunctionName(frame.function).reading({});
  if (frame.file.empty()) {
    const std::string_view module = file_name(frame.module.str());
    return module.empty() || function.empty() ? function : fmt::format("{} in {}", function, module);
  }
  const std::string line = fmt::format("{}:{}", file_name(frame.file), frame.line);
  return function.empty() ? line : fmt::format("{} ({})", line, function);
}

std::vector<std::string> places_of(const Profile& profile, const std::vector<Stack>& callers) {
  std::vector<std::string> places;
  for (const Stack& caller : callers) {
    const StackFrames frames = profile.frames_of(caller);
    if (frames.empty()) continue;
    std::string place = place_of(frames[0]);
    if (!place.empty() && std::find(places.begin(), places.end(), place) == places.end())
      places.push_back(std::move(place));
  }
  return places;
}

}  // namespace

std::string uncertain_entries(const Profile& profile, const Operation& operation) {
  if (!operation.uncertain_entries) return {};
  const auto& [ends_in, callers] = *operation.uncertain_entries;
  const std::vector<std::string> places = places_of(profile, callers);
  return fmt::format(
      "it was entered by something else than a direct call of it (through a pointer, or by a jump){}{}, and it ends in "
      "{} by a jump: what is allocated there is not seen as its own",
      places.empty() ? "" : ", called from ", fmt::join(places, ", "), ends_in.empty() ? "another function" : ends_in);
}

void note_uncertain_entries(Profile& profile) {
  for (const Operation& operation : profile.operations) {
    const std::string why = uncertain_entries(profile, operation);
    if (why.empty()) continue;
    profile.measurement.notes.push_back(fmt::format("the figures of '{}' may be too low: {}; to limit it, {}",
                                                    operation.name, why, kUncertainEntriesAdvice));
  }
}

}  // namespace mallocop::report
