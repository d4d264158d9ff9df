#include "report/causes/recognise.h"

#include <algorithm>
#include <utility>

#include "report/support/pattern.h"
#include "report/symbols/short_name.h"

namespace mallocop::report {
namespace {

using Reading = Recogniser::Reading;
using Step = Recogniser::Step;
using Steps = Recogniser::Steps;

// How many of the user's own frames are looked at for one that makes a static variable: what is further out ran the
// whole program.
constexpr size_t kMostUserFrames = 8;

// The user's functions that formatting calls: who asked for the text is further out.
constexpr std::string_view kFormatters = "<* as core::fmt::*>::fmt";
constexpr std::string_view kFormatting = "*core::fmt::*";

// A copy of a type of the user's, and what copies its members.
constexpr std::string_view kCopy = "<* as core::clone::Clone>::clone";
const Patterns kCopying = {"<* as core::clone::Clone>::clone*", "*ToOwned*::to_owned", "*::to_vec*"};

// Where a library that goes through elements leaves it to somebody else to make each: what is allocated further in is
// no work of what collects them.
const Patterns kMakers = {"<* as core::clone::Clone>::clone", "core::ops::function::FnMut::call_mut",
                          "core::ops::function::FnOnce::call_once"};
const Patterns kIteration = {"*core::iter::*", "core::option::Option::*", "core::ops::function::impls::*"};

// What runs the code of a Rust program.
const Patterns kRustRuntime = {"std::rt::*", "std::sys*", "*core::ops::function::*"};

// glibc's names for calls of its own: "__GI___strdup".
constexpr std::string_view kInternal = "__GI_";

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

bool matches_one(const Patterns& patterns, std::string_view name) {
  return std::any_of(patterns.begin(), patterns.end(),
                     [&](std::string_view pattern) { return glob_matches(pattern, name); });
}

bool holds_one(std::string_view function, const std::vector<std::string_view>& texts) {
  return texts.empty() || std::any_of(texts.begin(), texts.end(), [&](std::string_view text) {
           return function.find(text) != std::string_view::npos;
         });
}

bool is_about(const Cause& row, std::string_view function, std::string_view bare) {
  return matches_one(row.functions, bare) && holds_one(function, row.texts) &&
         (row.excluded_text.empty() || function.find(row.excluded_text) == std::string_view::npos);
}

bool behaves(const Cause& row, const Site& site, bool reallocates = false) {
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

// The outermost frame that owns what is inside; else the innermost that a row knows, or the outermost one of its family
// behind it.
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

}  // namespace

Recogniser::Recogniser(const Profile& profile)
    : profile_(profile),
      called_functions_(profile.modules),
      first_uses_(profile.frames.size()),
      kinds_(kinds_of_frames(profile)),
      readings_(profile.frames.size()) {
  for (const Cause& row : cause_table()) {
    if (!row.around.empty()) {
      rows_around_.push_back(&row);
    } else if (row.functions.empty() && row.direct == Direct::kNo) {
      rows_of_user_code_.push_back(&row);
    }
  }
  // The first turn of a loop may have a stack of its own, where nothing is reallocated yet.
  for (const Site& site : profile.sites) {
    if (site.reallocations == 0 || !site.location) continue;
    if (const Frame* user = profile.frames_of(site).at(*site.location)) reallocating_.insert(line_of(*user));
  }
  rust_runtime_.reserve(profile.frames.size());
  for (const Frame& frame : profile.frames) rust_runtime_.push_back(matches_one(kRustRuntime, frame.function));
  if (std::find(rust_runtime_.begin(), rust_runtime_.end(), true) == rust_runtime_.end()) rust_runtime_.clear();
}

const Reading& Recogniser::reading_of(FrameIndex frame) {
  const Reading*& reading = readings_[frame];
  if (reading != nullptr) return *reading;
  const std::string_view function = profile_.frames[frame].function;
  const auto [entry, added] = by_name_.try_emplace(function);
  reading = &entry->second;
  if (!added) return *reading;
  Reading fresh{.bare = bare_name(function), .rows = {}, .type = {}};
  if (fresh.bare.starts_with(kInternal)) fresh.bare.erase(0, kInternal.size());
  const std::string whole = without_inline_namespaces(function);
  for (const Cause& row : cause_table()) {
    if (is_about(row, whole, fresh.bare)) fresh.rows.push_back(&row);
  }
  if (!fresh.rows.empty()) fresh.type = class_of(function);
  const auto about = std::find_if(rows_around_.begin(), rows_around_.end(),
                                  [&](const Cause* row) { return matches_one(row->around, fresh.bare); });
  if (about != rows_around_.end()) fresh.around = *about;
  fresh.makes_element = matches_one(kMakers, fresh.bare);
  fresh.iterates = matches_one(kIteration, fresh.bare);
  entry->second = std::move(fresh);
  return *reading;
}

// Whether the frame is the user's part of something that is asked for further out: of a formatting into something
// else's memory, or of a copy, as the compiler writes it. What it called last tells: if that is format!, say, the text
// is its own.
bool Recogniser::passes_on(FrameIndex frame) {
  if (steps_.empty()) return false;
  const std::string_view name = reading_of(frame).bare;
  const std::string_view called = steps_.back().reading->bare;
  return (glob_matches(kFormatters, name) && glob_matches(kFormatting, called)) ||
         (glob_matches(kCopy, name) && matches_one(kCopying, called));
}

// What the library's frames from `frame` out to the next one of the user's say.
Recognised Recogniser::from_around(StackFrames::Iterator frame, const StackFrames& frames) {
  for (++frame; frame != frames.end() && kinds_[frame.index()] != FrameKind::kUser; ++frame) {
    if (const Cause* row = reading_of(frame.index()).around; row != nullptr) {
      return {.cause = row, .type = {}, .frame = &*frame, .location = {}};
    }
  }
  return {};
}

const std::vector<const Cause*>& Recogniser::first_uses_of(FrameIndex index) {
  std::optional<std::vector<const Cause*>>& rows = first_uses_[index];
  if (rows) return *rows;
  rows.emplace();
  const Frame& frame = profile_.frames[index];
  for (const Cause* row : rows_of_user_code_) {
    const bool by_role = row->role != FrameRole::kPlain && frame.role == row->role;
    if (by_role || matches_one(row->user_functions, frame.function)) rows->push_back(row);
  }
  return *rows;
}

// What the user's own frames say, whatever it is that allocates: that this is the first use of a variable.
Recognised Recogniser::from_first_use(const StackFrames& frames, const Site& site) {
  size_t position = 0;
  size_t of_user = 0;
  for (auto frame = frames.begin(); frame != frames.end() && of_user < kMostUserFrames; ++frame, ++position) {
    if (position < *site.location || kinds_[frame.index()] != FrameKind::kUser) continue;
    ++of_user;
    for (const Cause* row : first_uses_of(frame.index())) {
      if (!behaves(*row, site)) continue;
      return {.cause = row, .type = {}, .frame = &*frame, .location = frame->line == 0 ? *site.location : position};
    }
  }
  return {};
}

bool Recogniser::is_rust(const StackFrames& frames) const {
  if (rust_runtime_.empty()) return false;
  for (auto frame = frames.begin(); frame != frames.end(); ++frame) {
    if (rust_runtime_[frame.index()]) return true;
  }
  return false;
}

// How the user's code called the allocator: as the stack says, or the code where that leaves it open.
Direct Recogniser::direct_call(const Frame& user) {
  const auto is_on_stack = [this](std::string_view name) {
    return std::any_of(steps_.begin(), steps_.end(), [&](const Step& step) { return step.reading->bare == name; });
  };
  if (is_on_stack("operator new[]")) return Direct::kArrayNew;
  if (!is_on_stack("operator new")) return Direct::kMalloc;
  if (user.file.empty()) return Direct::kAnyNew;  // nobody asks further then, and code takes time and memory to read
  const std::string_view called = called_functions_.called_from(user);
  return called.starts_with("_Znw") ? Direct::kNew : called.starts_with("_Zna") ? Direct::kArrayNew : Direct::kAnyNew;
}

// The user's code called the allocator itself, as far as can be seen.
Recognised Recogniser::from_user(const Frame& user, const Site& site) {
  const Direct direct = direct_call(user);
  const bool rust = std::any_of(steps_.begin(), steps_.end(), [](const Step& step) {
    return step.reading->bare.starts_with("__r") || step.reading->bare.starts_with("alloc::");
  });
  // Optimised code without debug information: any container's code may be inlined into this function.
  if (rust || user.function.empty() ||
      (user.file.empty() && (direct != Direct::kMalloc || is_system_library(user.module)))) {
    return {.type = {}, .location = {}, .needs_debug_info = user.file.empty()};
  }
  const bool reallocates = site.reallocations > 0 || reallocating_.contains(line_of(user));
  for (const Cause& row : cause_table()) {
    const bool fits = row.direct == direct || (row.direct == Direct::kAnyNew && direct == Direct::kNew);
    if (!fits || !behaves(row, site, reallocates)) continue;
    if (row.role == FrameRole::kPlain || row.role == user.role) return {.cause = &row, .type = {}, .location = {}};
  }
  return {};
}

Recognised Recogniser::recognise(const Site& site) {
  const StackFrames frames = profile_.frames_of(profile_.stacks[site.stack]);
  steps_.clear();
  const Frame* user = nullptr;  // that is the site's location, or the line that is meant instead
  std::optional<size_t> moved;
  size_t position = 0;
  for (auto frame = frames.begin(); frame != frames.end(); ++frame, ++position) {
    const FrameKind kind = kinds_[frame.index()];
    if (kind == FrameKind::kUser && (user != nullptr || site.location == position)) {
      if (user != nullptr) moved = position;
      user = &*frame;
      if (!passes_on(frame.index())) {
        if (Recognised found = from_around(frame, frames); found.cause != nullptr) {
          found.location = moved;
          return found;
        }
        break;
      }
    }
    steps_.push_back({&reading_of(frame.index()), &*frame, kind});
  }
  if (user != nullptr) {
    if (const Recognised found = from_first_use(frames, site); found.cause != nullptr) return found;
  }
  Recognised found = from_library(steps_, site);
  found.location = moved;
  if (found.cause != nullptr && found.cause->needs_debug_info && user != nullptr && user->file.empty()) {
    return {.type = {}, .location = {}, .needs_debug_info = true};
  }
  // Without debug information Rust's own library may be inlined into this function, and it calls the allocator as C
  // does.
  if (found.cause == nullptr && user != nullptr && user->file.empty() && is_rust(frames)) {
    return {.type = {}, .location = {}, .needs_debug_info = true};
  }
  const bool only_allocators =
      std::all_of(steps_.begin(), steps_.end(), [](const Step& step) { return step.kind == FrameKind::kAllocation; });
  if (found.cause == nullptr && user != nullptr && only_allocators) {
    found = from_user(*user, site);
  }
  return found;
}

}  // namespace mallocop::report
