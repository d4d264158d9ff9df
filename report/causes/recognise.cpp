#include "report/causes/recognise.h"

#include <algorithm>

#include "report/support/pattern.h"

namespace mallocop::report {
namespace {

// How many of the user's own frames are looked at for one that makes a static variable: what is further out ran the
// whole program.
constexpr size_t kMostUserFrames = 8;

// The user's functions that formatting calls: who asked for the text is further out.
constexpr std::string_view kFormatters = "<* as core::fmt::*>::fmt";
constexpr std::string_view kFormatting = "*core::fmt::*";

// A copy of a type of the user's, and what copies its members.
constexpr std::string_view kCopy = "<* as core::clone::Clone>::clone";
const Patterns kCopying = {"<* as core::clone::Clone>::clone*", "*ToOwned*::to_owned", "*::to_vec*"};

// What runs the code of a Rust program.
const Patterns kRustRuntime = {"std::rt::*", "std::sys*", "*core::ops::function::*"};

}  // namespace

Recogniser::Recogniser(const Profile& profile)
    : profile_(profile),
      called_functions_(profile.modules),
      first_uses_(profile.frames.size()),
      kinds_(kinds_of_frames(profile)),
      readings_(profile) {
  for (const Cause& row : cause_table()) {
    if (row.functions.empty() && row.around.empty() && row.direct == Direct::kNo) rows_of_user_code_.push_back(&row);
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

// Whether the frame is the user's part of something that is asked for further out: of a formatting into something
// else's memory, or of a copy, as the compiler writes it. What it called last tells: if that is format!, say, the text
// is its own.
bool Recogniser::passes_on(FrameIndex frame) {
  if (steps_.empty()) return false;
  const std::string_view name = readings_.of(frame).bare;
  const std::string_view called = steps_.back().reading->bare;
  return (glob_matches(kFormatters, name) && glob_matches(kFormatting, called)) ||
         (glob_matches(kCopy, name) && matches_one(kCopying, called));
}

// What the library's frames from `frame` out to the next one of the user's say.
Recognised Recogniser::from_around(StackFrames::Iterator frame, const StackFrames& frames) {
  for (++frame; frame != frames.end() && kinds_[frame.index()] != FrameKind::kUser; ++frame) {
    if (const Cause* row = readings_.of(frame.index()).around; row != nullptr) {
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
    steps_.push_back({&readings_.of(frame.index()), &*frame, kind});
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
