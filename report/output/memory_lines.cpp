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

size_t places_shown(const OutputOptions& options) { return options.top > kUsualTop ? options.top : kFewPlaces; }

struct Place {
  std::string name;
  uint64_t amount = 0;
};

// Places by what their sites have, the largest first.
std::vector<Place> places_by(const Profile& profile, const std::function<uint64_t(const Site&)>& amount) {
  std::vector<std::pair<uint64_t, const Site*>> sites;
  for (const Site& site : profile.sites) {
    if (const uint64_t has = amount(site); has > 0) sites.emplace_back(has, &site);
  }
  std::unordered_map<const Frame*, size_t> known;
  std::unordered_map<std::string, size_t> by_name;  // frames of one line have different addresses
  std::vector<Place> places;
  for (const auto& [has, site] : sites) {
    const auto [entry, added] = known.try_emplace(frame_of(profile, *site));
    if (added) {
      const std::string position = place_position(profile, *site);
      std::string name = place_name(profile, *site) + (position.empty() ? "" : " (" + position + ")");
      entry->second = by_name.try_emplace(name, places.size()).first->second;
      if (entry->second == places.size()) places.push_back({std::move(name), 0});
    }
    places[entry->second].amount += has;
  }
  std::stable_sort(places.begin(), places.end(), [](const Place& a, const Place& b) { return a.amount > b.amount; });
  return places;
}

std::string listed(const std::vector<Place>& places, size_t limit, std::string (*format)(uint64_t)) {
  std::string text;
  uint64_t others = 0;
  for (size_t index = 0; index < places.size(); ++index) {
    if (index >= limit) {
      others += places[index].amount;
      continue;
    }
    text += fmt::format("{}{} {}", index == 0 ? "" : ", ", format(places[index].amount), places[index].name);
  }
  if (others > 0) {
    text += fmt::format(", {} in {}", format(others), counted(places.size() - limit, "other place", "other places"));
  }
  return text;
}

void add_peak(Section& section, const Profile& profile, const OutputOptions& options) {
  const MemoryTimeline& memory = profile.memory;
  const uint64_t peak = profile.totals.peak_bytes;
  std::string text = memory.points.size() > 1 ? "live: " + chart(memory, peak, options.unicode) + " " : "";
  text += fmt::format("peak {}", format_size(peak));
  text += fmt::format(" after {}", format_time(memory.peak_time_s * 1e9));
  if (memory.peak_at_least < memory.peak_at_most) {
    text += fmt::format(" (threads at once: {} to {})", format_size(memory.peak_at_least),
                        format_size(memory.peak_at_most));
  }
  std::vector<Place> places = places_by(profile, [](const Site& site) { return site.peak_bytes; });
  if (memory.peak_short_lived_bytes > 0) {
    places.push_back({"in blocks that came and went", memory.peak_short_lived_bytes});
    std::stable_sort(places.begin(), places.end(), [](const Place& a, const Place& b) { return a.amount > b.amount; });
  }
  if (!places.empty()) text += ": " + listed(places, places_shown(options), format_size);
  section.item(0, "", {{std::move(text)}});
}

}  // namespace

void add_memory_lines(Section& section, const Profile& profile, const OutputOptions& options) {
  if (profile.totals.peak_bytes > 0 && !profile.memory.points.empty()) add_peak(section, profile, options);
  const std::vector<Place> leaks = places_by(profile, [](const Site& site) { return site.leaked_bytes; });
  if (!leaks.empty()) section.line("leaked: " + listed(leaks, places_shown(options), format_size));
  if (options.top <= kUsualTop) return;
  const std::vector<Place> temporary = places_by(profile, [](const Site& site) { return site.temporary; });
  if (!temporary.empty()) section.line("temporary: " + listed(temporary, options.top, format_count));
}

}  // namespace mallocop::report
