// Sites as exports write them: a path of places from the outermost to the innermost, and the values of each metric.
//
// A place is a frame of the profile, or something that stands for none: the operation that a site belongs to, the
// frames that could not be taken, a stack of which nothing is known. Which of those a path has is decided here, so that
// all formats agree.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "report/export/metrics.h"
#include "report/model/profile.h"

namespace mallocop::report {

// What an export is made of.
struct ExportInput {
  const Profile& profile;
  const ExportMetric* metric = nullptr;  // for formats that hold one value
  bool whole = true;                     // false: some operations only, and then totals are none of theirs
  bool inverted = false;                 // the innermost frames first, for formats that can be either
};

using PlaceIndex = uint32_t;  // below profile.frames.size(): that frame

struct ExportPath {
  const Site* site = nullptr;          // none: blocks of the peak that belong to no site
  std::span<const PlaceIndex> places;  // outermost first, at least one
  ExportValues values{};
};

class ExportPaths {
 public:
  enum class Operations {
    kAsPlaces,  // the outermost place is the operation, if the profile has any
    kLeftOut,
  };
  ExportPaths(const ExportInput& input, Operations operations);

  size_t places() const { return profile_.frames.size() + extra_.size(); }
  // Null for a place that is no frame.
  const Frame* frame(PlaceIndex place) const;
  // The function's whole name; without one "libfoo.so+0x1234". May hold any bytes.
  std::string name(PlaceIndex place) const;
  // The same for a person: short_name(), control characters escaped.
  std::string short_name(PlaceIndex place) const;

  // In the order of the profile's sites; what belongs to none is the last. A path is valid during its call.
  void visit(const std::function<void(const ExportPath&)>& visitor) const;

 private:
  enum Extra : PlaceIndex { kUnknown, kTruncated, kShortLived, kOutside, kFirstOperation };
  PlaceIndex extra(PlaceIndex index) const { return static_cast<PlaceIndex>(profile_.frames.size()) + index; }
  void make_path(const Site& site, std::vector<PlaceIndex>& places) const;

  const Profile& profile_;
  bool whole_;
  bool operations_;
  std::vector<std::string> extra_;  // names of the places that are no frames
};

// The text of each place, made once.
std::vector<std::string> names_of_places(const ExportPaths& paths, std::string (ExportPaths::*name)(PlaceIndex) const);

}  // namespace mallocop::report
