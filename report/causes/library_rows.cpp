#include "report/causes/library_rows.h"

#include <algorithm>

#include "report/support/pattern.h"

namespace mallocop::report {
namespace {

const Cause* find_row(const Steps& steps, size_t at, const Site& site) {
  const auto here = steps.begin() + static_cast<ptrdiff_t>(at);
  const auto matches = [](const Patterns& patterns, const std::vector<std::string_view>& texts) {
    return [&patterns, &texts](const Step& step) {
      return matches_one(patterns, step.reading->bare) && holds_one(step.frame->function, texts);
    };
  };
  const auto holds = [&](const Cause* row) {
    return behaves(*row, site) && (!row->called_directly || at + 1 == steps.size()) &&
           (row->outside.empty() || std::any_of(here, steps.end(), matches(row->outside, row->outside_texts))) &&
           std::none_of(steps.begin(), here, matches(row->not_inside, {}));
  };
  const auto& rows = steps[at].reading->rows;
  const auto row = std::find_if(rows.begin(), rows.end(), holds);
  return row == rows.end() ? nullptr : *row;
}

Recognised told_by(const Cause& cause, const Step& step) {
  return {.cause = &cause, .type = step.reading->type, .frame = step.frame, .location = {}};
}

// Behind the innermost steps that make an element of what further steps collect; 0: there are none.
size_t end_of_element(const Steps& steps) {
  for (size_t at = 0; at + 1 < steps.size(); ++at) {
    if (steps[at].reading->makes_element && steps[at + 1].reading->iterates) return at + 1;
  }
  return 0;
}

}  // namespace

bool behaves(const Cause& row, const Site& site, bool reallocates) {
  switch (row.behaviour) {
    case Behaviour::kAny:
      return true;
    case Behaviour::kReallocates:
      return reallocates;
    case Behaviour::kFirstCall:
      return site.pattern == Pattern::kFirstOpOnly;
  }
  return false;
}

Recognised from_library(const Steps& steps, const Site& site) {
  for (const size_t end : {end_of_element(steps), steps.size()}) {
    for (size_t at = end; at-- > 0;) {
      if (const Cause* row = find_row(steps, at, site); row != nullptr && row->owns) return told_by(*row, steps[at]);
    }
  }
  for (size_t at = 0; at < steps.size(); ++at) {
    const Cause* row = find_row(steps, at, site);
    if (row == nullptr) continue;
    Recognised found = told_by(*row, steps[at]);
    const std::string_view family = row->family;
    for (size_t outer = at + 1; !family.empty() && outer < steps.size(); ++outer) {
      const std::string_view name = steps[outer].reading->bare;
      // A library without symbols has functions without names.
      const bool nameless = name.empty() && steps[outer].kind != FrameKind::kUser;
      if (!nameless && !glob_matches(family, name)) break;
      row = find_row(steps, outer, site);
      if (row != nullptr && row->family == family) found = told_by(*row, steps[outer]);
    }
    return found;
  }
  return {};
}

}  // namespace mallocop::report
