// See paths.h.
#include "report/export/paths.h"

#include <algorithm>

#include "report/output/escape.h"
#include "report/output/place.h"
#include "report/symbols/short_name.h"

namespace mallocop::report {

ExportPaths::ExportPaths(const ExportInput& input, Operations operations)
    : profile_(input.profile),
      whole_(input.whole),
      operations_(operations == Operations::kAsPlaces && !input.profile.operations.empty()),
      extra_{"[unknown stack]", "[frames missing]", "[lived within one window]", "[outside of operations]"} {
  for (const Operation& operation : profile_.operations) extra_.push_back("[operation] " + operation.name);
}

const Frame* ExportPaths::frame(PlaceIndex place) const {
  return place < profile_.frames.size() ? &profile_.frames[place] : nullptr;
}

std::string ExportPaths::name(PlaceIndex place) const {
  const Frame* const frame = this->frame(place);
  if (frame == nullptr) return extra_[place - profile_.frames.size()];
  return frame->function.empty() ? frame_name(*frame) : frame->function;
}

std::string ExportPaths::short_name(PlaceIndex place) const {
  const Frame* const frame = this->frame(place);
  if (frame == nullptr || frame->function.empty()) return escape_controls(name(place));
  return escape_controls(report::short_name(frame->function));
}

void ExportPaths::make_path(const Site& site, std::vector<PlaceIndex>& places) const {
  places.clear();
  const StackFrames frames = profile_.frames_of(site);
  for (auto frame = frames.begin(); frame != frames.end(); ++frame) places.push_back(frame.index());
  if (places.empty()) {
    places.push_back(extra(kUnknown));
  } else if (profile_.stacks[site.stack].truncated) {
    places.push_back(extra(kTruncated));
  }
  if (operations_) {
    places.push_back(extra(site.operation ? kFirstOperation + static_cast<PlaceIndex>(*site.operation) : kOutside));
  }
  std::reverse(places.begin(), places.end());
}

void ExportPaths::visit(const std::function<void(const ExportPath&)>& visitor) const {
  std::vector<PlaceIndex> places;
  for (const Site& site : profile_.sites) {
    make_path(site, places);
    visitor({&site, places, values_of(site)});
  }
  if (!whole_) return;
  const ExportValues left = short_lived_values(profile_);
  if (left == ExportValues{}) return;
  places.assign(1, extra(kShortLived));
  visitor({nullptr, places, left});
}

std::vector<std::string> names_of_places(const ExportPaths& paths, std::string (ExportPaths::*name)(PlaceIndex) const) {
  std::vector<std::string> names;
  names.reserve(paths.places());
  for (PlaceIndex place = 0; place < paths.places(); ++place) names.push_back((paths.*name)(place));
  return names;
}

}  // namespace mallocop::report
