#include "report/causes/recognise.h"

#include <algorithm>
#include <utility>

#include "report/support/pattern.h"
#include "report/symbols/short_name.h"

namespace mallocop::report {
namespace {

using Reading = Recogniser::Reading;
using Steps = Recogniser::Steps;

// The class that a method belongs to: what stands before the last "::" outside of brackets.
std::string class_of(std::string_view function) {
  const std::string name = short_name(function);
  int depth = 0;
  for (size_t at = name.size(); at-- > 1;) {
    if (name[at] == '>' || name[at] == ')' || name[at] == '}') ++depth;
    if (name[at] == '<' || name[at] == '(' || name[at] == '{') --depth;
    if (depth == 0 && name[at] == ':' && name[at - 1] == ':') return name.substr(0, at - 1);
  }
  return {};
}

bool has_text(std::string_view name, std::string_view text) { return name.find(text) != std::string_view::npos; }

bool is_about(const Cause& row, std::string_view function, std::string_view bare) {
  return std::any_of(row.functions.begin(), row.functions.end(),
                     [&](std::string_view pattern) { return glob_matches(pattern, bare); }) &&
         has_text(function, row.requires_text) && (row.excludes_text.empty() || !has_text(function, row.excludes_text));
}

const Cause* find_row(const Steps& steps, size_t at) {
  const auto& rows = steps[at]->rows;
  const auto row = std::find_if(rows.begin(), rows.end(), [&](const Cause* each) {
    return each->with.empty() ||
           std::any_of(steps.begin() + static_cast<ptrdiff_t>(at), steps.end(),
                       [&](const Reading* further) { return glob_matches(each->with, further->bare); });
  });
  return row == rows.end() ? nullptr : *row;
}

// The innermost frame that a row knows decides, or the outermost one of its family behind it.
Recognised from_library(const Steps& steps) {
  Recognised found;
  for (size_t at = 0; at < steps.size() && found.cause == nullptr; ++at) {
    found.cause = find_row(steps, at);
    if (found.cause == nullptr) continue;
    found.type = steps[at]->type;
    const std::string_view family = found.cause->family;
    for (size_t outer = at + 1; !family.empty() && outer < steps.size() && glob_matches(family, steps[outer]->bare);
         ++outer) {
      const Cause* row = find_row(steps, outer);
      if (row == nullptr || row->family != family) continue;
      found.cause = row;
      found.type = steps[outer]->type;
    }
  }
  return found;
}

// The user's code called the allocator itself, as far as can be seen.
Recognised from_user(const Steps& steps, const Frame& user, const Site& site) {
  const auto called = [&](std::string_view name) {
    return std::any_of(steps.begin(), steps.end(), [&](const Reading* step) { return step->bare == name; });
  };
  const bool array = called("operator new[]");
  if (array || called("operator new")) {
    // Optimised code without debug information: any container's code may be inlined into this function.
    if (user.file.empty()) return {nullptr, {}, true};
    return {array ? &cause_of_array_new() : &cause_of_new(), {}, false};
  }
  const bool rust = std::any_of(steps.begin(), steps.end(), [](const Reading* step) {
    return step->bare.starts_with("__r") || step->bare.starts_with("alloc::");
  });
  if (rust || user.function.empty()) return {nullptr, {}, user.file.empty()};
  return {site.reallocations > 0 ? &cause_of_realloc() : &cause_of_malloc(), {}, false};
}

}  // namespace

Recogniser::Recogniser(const Profile& profile)
    : profile_(profile), kinds_(kinds_of_frames(profile)), readings_(profile.frames.size()) {}

const Reading* Recogniser::reading_of(FrameIndex frame) {
  const Reading*& reading = readings_[frame];
  if (reading != nullptr) return reading;
  const std::string_view function = profile_.frames[frame].function;
  const auto [entry, added] = by_name_.try_emplace(function);
  reading = &entry->second;
  if (!added) return reading;
  Reading fresh{bare_name(function), {}, {}};
  for (const Cause& row : cause_table()) {
    if (is_about(row, function, fresh.bare)) fresh.rows.push_back(&row);
  }
  if (!fresh.rows.empty()) fresh.type = class_of(function);
  entry->second = std::move(fresh);
  return reading;
}

Recognised Recogniser::recognise(const Site& site) {
  const StackFrames frames = profile_.frames_of(profile_.stacks[site.stack]);
  steps_.clear();
  bool only_allocators = true;
  const Frame* user = nullptr;  // that is the site's location
  size_t position = 0;
  for (auto frame = frames.begin(); frame != frames.end(); ++frame, ++position) {
    const FrameKind kind = kinds_[frame.index()];
    if (site.location == position && kind == FrameKind::kUser) {
      user = &*frame;
      break;
    }
    steps_.push_back(reading_of(frame.index()));
    only_allocators = only_allocators && kind == FrameKind::kAllocation;
  }
  Recognised found = from_library(steps_);
  if (found.cause == nullptr && user != nullptr && only_allocators) found = from_user(steps_, *user, site);
  return found;
}

}  // namespace mallocop::report
