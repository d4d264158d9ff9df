// What the frames between an allocation and the user's own code say.
#pragma once

#include <vector>

#include "report/causes/reading.h"
#include "report/causes/recognised.h"
#include "report/symbols/user_code.h"

namespace mallocop::report {

// A frame that is looked at; a list of these is innermost first.
struct Step {
  const Reading* reading;
  const Frame* frame;
  FrameKind kind;
};
using Steps = std::vector<Step>;

// Whether the site does what the row asks for. `reallocates`: of the line, whatever stack it is.
bool behaves(const Cause& row, const Site& site, bool reallocates = false);

// The row that decides: the outermost one that owns what is inside, first among the steps that make an element of what
// the others collect; else the innermost, or the outermost one of its family behind it. Nothing: no row knows them.
Recognised from_library(const Steps& steps, const Site& site);

}  // namespace mallocop::report
