#include "report/causes/reading.h"

#include <algorithm>

#include "report/support/pattern.h"
#include "report/symbols/short_name.h"

namespace mallocop::report {
namespace {

// Where a library that goes through elements leaves it to somebody else to make each: what is allocated further in is
// no work of what collects them.
const Patterns kMakers = {"<* as core::clone::Clone>::clone", "core::ops::function::FnMut::call_mut",
                          "core::ops::function::FnOnce::call_once"};
const Patterns kIteration = {"*core::iter::*", "core::option::Option::map", "core::option::Option::cloned",
                             "core::ops::function::impls::*"};

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

bool is_about(const Cause& row, std::string_view function, std::string_view bare) {
  return matches_one(row.functions, bare) && holds_one(function, row.texts) &&
         (row.excluded_text.empty() || function.find(row.excluded_text) == std::string_view::npos);
}

}  // namespace

bool matches_one(const Patterns& patterns, std::string_view name) {
  return std::any_of(patterns.begin(), patterns.end(),
                     [&](std::string_view pattern) { return glob_matches(pattern, name); });
}

bool holds_one(std::string_view function, const std::vector<std::string_view>& texts) {
  return texts.empty() || std::any_of(texts.begin(), texts.end(), [&](std::string_view text) {
           return function.find(text) != std::string_view::npos;
         });
}

Readings::Readings(const Profile& profile) : profile_(profile), readings_(profile.frames.size()) {
  for (const Cause& row : cause_table()) {
    if (!row.around.empty()) rows_around_.push_back(&row);
  }
}

const Reading& Readings::of(FrameIndex frame) {
  const Reading*& reading = readings_[frame];
  if (reading == nullptr) {
    const std::string_view function = profile_.frames[frame].function;
    const auto [entry, added] = by_name_.try_emplace(function);
    if (added) entry->second = read(function);
    reading = &entry->second;
  }
  return *reading;
}

Reading Readings::read(std::string_view function) const {
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
  return fresh;
}

}  // namespace mallocop::report
