// What the names of functions say, each read once, however many stacks it is on.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "report/causes/cause_table.h"
#include "report/model/profile.h"

namespace mallocop::report {

// What the name of a function says.
struct Reading {
  std::string bare;
  std::vector<const Cause*> rows;  // that are about this function, as far as it alone can tell
  std::string type;                // the class of a function that a row is about; may be empty
  const Cause* around = nullptr;   // a row about what calls the user's own code; null: none is about this function
  bool makes_element = false;      // for a library that goes through elements …
  bool iterates = false;           // … which this function is of
};

// Of the frames of one Profile, which must stay as they are.
class Readings {
 public:
  explicit Readings(const Profile& profile);
  const Reading& of(FrameIndex frame);

 private:
  Reading read(std::string_view function) const;

  const Profile& profile_;
  std::vector<const Cause*> rows_around_;  // Cause::around
  std::vector<const Reading*> readings_;   // of frames; null: not read yet
  std::unordered_map<std::string_view, Reading> by_name_;
};

// Whether one of the globs matches.
bool matches_one(const Patterns& patterns, std::string_view name);
// Whether one of the texts is in the name; true if there are none.
bool holds_one(std::string_view function, const std::vector<std::string_view>& texts);

}  // namespace mallocop::report
