// The memory of the whole process in the *Baseline*, a line each.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "report/output/figures.h"
#include "report/output/place.h"
#include "report/output/sections.h"
#include "report/support/units.h"

namespace mallocop::report {
namespace {

constexpr size_t kChartColumns = 32;
constexpr size_t kFewPlaces = 2;  // unless more are asked for: the page is one screen
const size_t kUsualTop = OutputOptions().top;
constexpr std::array<const char*, 8> kBars = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
constexpr std::array<const char*, 8> kPlainBars = {"_", ".", "-", "=", "+", "*", "%", "#"};

// The highest level in each of some equal spans of time.
std::vector<uint64_t> highest_levels(const MemoryTimeline& memory) {
  const size_t count = std::min(kChartColumns, memory.points.size());
  std::vector<uint64_t> levels(count);
  for (size_t point = 0; point < memory.points.size(); ++point) {
    uint64_t& level = levels[point * count / memory.points.size()];
    level = std::max(level, memory.points[point].most_bytes);
  }
  return levels;
}

std::string chart(const MemoryTimeline& memory, uint64_t peak, bool unicode) {
  const std::array<const char*, 8>& bars = unicode ? kBars : kPlainBars;
  std::string text;
  for (const uint64_t level : highest_levels(memory)) {
    const double share = peak == 0 ? 0 : static_cast<double>(level) / static_cast<double>(peak);
    text += bars[std::min(static_cast<size_t>(share * static_cast<double>(bars.size())), bars.size() - 1)];
  }
  return text;
}

struct Place {
  std::string name;
  uint64_t amount = 0;
};

// Places by what their sites have, the largest first.
std::vector<Place> places_by(const Profile& profile, const std::function<uint64_t(const Site&)>& amount) {
  std::unordered_map<const Frame*, size_t> known;
  std::unordered_map<std::string, size_t> by_name;  // frames of one line have different addresses
  std::vector<Place> places;
  for (const Site& site : profile.sites) {
    const uint64_t has = amount(site);
    if (has == 0) continue;
    const auto [entry, added] = known.try_emplace(frame_of(profile, site));
    if (added) {
      const std::string position = place_position(profile, site);
      std::string name = place_name(profile, site) + (position.empty() ? "" : " (" + position + ")");
      entry->second = by_name.try_emplace(name, places.size()).first->second;
      if (entry->second == places.size()) places.push_back({std::move(name), 0});
    }
    places[entry->second].amount += has;
  }
  std::stable_sort(places.begin(), places.end(), [](const Place& a, const Place& b) { return a.amount > b.amount; });
  return places;
}

// `text` and the places: on its line, or on lines of their own if the reader asked for many.
void add_places(Section& section, std::string text, const std::vector<Place>& places, const OutputOptions& options,
                std::string (*format)(uint64_t)) {
  const bool many = options.top > kUsualTop;
  const size_t limit = std::min(many ? options.top : kFewPlaces, places.size());
  std::vector<Place> shown(places.begin(), places.begin() + static_cast<ptrdiff_t>(limit));
  if (limit < places.size()) {
    Place others{"in " + counted(places.size() - limit, "other place", "other places"), 0};
    for (size_t index = limit; index < places.size(); ++index) others.amount += places[index].amount;
    shown.push_back(std::move(others));
  }
  if (many) {
    section.line(std::move(text));
    for (const Place& place : shown) section.item(1, format(place.amount), {{place.name}});
    return;
  }
  const char* separator = ": ";
  for (const Place& place : shown) {
    text += fmt::format("{}{} {}", separator, format(place.amount), place.name);
    separator = ", ";
  }
  section.line(std::move(text));
}

void add_peak(Section& section, const Profile& profile, const OutputOptions& options) {
  const MemoryTimeline& memory = profile.memory;
  const uint64_t peak = profile.totals.peak_bytes;
  std::string text = memory.points.size() > 1 ? "live: " + chart(memory, peak, options.unicode) + " " : "";
  text += fmt::format("peak {}", format_size(peak));
  text += fmt::format(" after {}", format_time(memory.peak_time_s * 1e9));
  const std::string least = format_size(memory.peak_at_least), most = format_size(memory.peak_at_most);
  if (least != most) text += fmt::format(" (threads at once: {} to {})", least, most);
  std::vector<Place> places = places_by(profile, [](const Site& site) { return site.peak_bytes; });
  if (memory.peak_short_lived_bytes > 0) {
    places.push_back({"in other blocks that came and went", memory.peak_short_lived_bytes});
    std::stable_sort(places.begin(), places.end(), [](const Place& a, const Place& b) { return a.amount > b.amount; });
  }
  add_places(section, std::move(text), places, options, format_size);
}

}  // namespace

void add_memory_lines(Section& section, const Profile& profile, const OutputOptions& options) {
  if (profile.totals.peak_bytes > 0 && !profile.memory.points.empty()) add_peak(section, profile, options);
  const std::vector<Place> leaks = places_by(profile, [](const Site& site) { return site.leaked_bytes; });
  if (!leaks.empty()) add_places(section, "leaked", leaks, options, format_size);
  if (options.top <= kUsualTop) return;
  const std::vector<Place> temporary = places_by(profile, [](const Site& site) { return site.temporary; });
  if (!temporary.empty()) add_places(section, "temporary", temporary, options, format_count);
}

}  // namespace mallocop::report
