// From a stack to a row of the table.
#pragma once

#include <cstddef>
#include <optional>
#include <set>
#include <string_view>
#include <tuple>
#include <vector>

#include "report/causes/cause_table.h"
#include "report/causes/library_rows.h"
#include "report/causes/reading.h"
#include "report/causes/recognised.h"
#include "report/code/called_functions.h"
#include "report/model/profile.h"
#include "report/symbols/user_code.h"

namespace mallocop::report {

// For the sites of one Profile, whose stacks and frames must stay as they are.
class Recogniser {
 public:
  explicit Recogniser(const Profile& profile);

  // Looks at the frames between the allocation and the user's own code (Site::location), and at what the site does.
  // Where inlining may hide what really allocates, and there is no debug information to show it, the answer is unknown.
  // The site's stack must be one of the Profile's.
  Recognised recognise(const Site& site);

 private:
  const std::vector<const Cause*>& first_uses_of(FrameIndex index);
  Recognised from_first_use(const StackFrames& frames, const Site& site);
  Recognised from_user(const Frame& user, const Site& site);
  Direct direct_call(const Frame& user);
  bool passes_on(FrameIndex frame);
  Recognised from_around(StackFrames::Iterator frame, const StackFrames& frames);
  bool is_rust(const StackFrames& frames) const;

  const Profile& profile_;
  CalledFunctions called_functions_;

  using Line = std::tuple<std::string_view, std::string_view, uint32_t>;
  static Line line_of(const Frame& frame) { return {frame.file, frame.function, frame.line}; }

  std::vector<const Cause*> rows_of_user_code_;
  // Of profile_.frames, those of them that fit, whatever the site does; none: not asked yet.
  std::vector<std::optional<std::vector<const Cause*>>> first_uses_;
  std::vector<bool> rust_runtime_;  // of profile_.frames: runs the code of a Rust program; empty if none does
  std::set<Line> reallocating_;     // lines where a site's blocks come from a realloc
  std::vector<FrameKind> kinds_;    // of profile_.frames
  Readings readings_;
  Steps steps_;  // of the site at hand
};

}  // namespace mallocop::report
