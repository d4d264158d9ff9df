// From a stack to a row of the table.
#pragma once

#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "report/causes/cause_table.h"
#include "report/code/called_functions.h"
#include "report/model/profile.h"
#include "report/symbols/user_code.h"

namespace mallocop::report {

// Valid as long as the Recogniser.
struct Recognised {
  const Cause* cause = nullptr;    // null: unknown
  std::string_view type;           // "std::vector<int>": the class of the function that told; may be empty
  const Frame* frame = nullptr;    // that told; null: the user's own code calls the allocator, or it is unknown
  std::optional<size_t> location;  // of the user's line that is meant, if it is not the site's location
  bool needs_debug_info = false;   // unknown only because calls that were inlined cannot be seen
};

// For the sites of one Profile, whose stacks and frames must stay as they are. Each function's name is read once,
// however many stacks it is on.
class Recogniser {
 public:
  explicit Recogniser(const Profile& profile);

  // Looks at the frames between the allocation and the user's own code (Site::location), and at what the site does.
  // Where inlining may hide what really allocates, and there is no debug information to show it, the answer is unknown.
  // The site's stack must be one of the Profile's.
  Recognised recognise(const Site& site);

  // What the name of a function says.
  struct Reading {
    std::string bare;
    std::vector<const Cause*> rows;  // that are about this function, as far as it alone can tell
    std::string type;                // the class of a function that a row is about; may be empty
    const Cause* around = nullptr;   // a row about what calls the user's own code; null: none is about this function
    bool makes_element = false;      // for a library that goes through elements …
    bool iterates = false;           // … which this function is of
  };
  // A frame that is looked at; a list of these is innermost first.
  struct Step {
    const Reading* reading;
    const Frame* frame;
    FrameKind kind;
  };
  using Steps = std::vector<Step>;

 private:
  const Reading& reading_of(FrameIndex frame);
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
  std::vector<const Cause*> rows_around_;
  // Of profile_.frames, those of them that fit, whatever the site does; none: not asked yet.
  std::vector<std::optional<std::vector<const Cause*>>> first_uses_;
  std::vector<bool> rust_runtime_;        // of profile_.frames: runs the code of a Rust program; empty if none does
  std::set<Line> reallocating_;           // lines where a site's blocks come from a realloc
  std::vector<FrameKind> kinds_;          // of profile_.frames
  std::vector<const Reading*> readings_;  // of profile_.frames; null: not read yet
  std::unordered_map<std::string_view, Reading> by_name_;  // of functions
  Steps steps_;                                            // of the site at hand
};

}  // namespace mallocop::report
