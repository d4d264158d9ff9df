#include "report/causes/recognise.h"

#include <algorithm>
#include <vector>

#include "report/support/pattern.h"
#include "report/symbols/short_name.h"
#include "report/symbols/user_code.h"

namespace mallocop::report {
namespace {

struct Step {
  const Frame* frame;
  std::string bare;
};

// The class that a method belongs to: what stands before the last "::" outside of brackets.
std::string class_of(const std::string& function) {
  const std::string name = short_name(function);
  int depth = 0;
  for (size_t at = name.size(); at-- > 1;) {
    if (name[at] == '>' || name[at] == ')' || name[at] == '}') ++depth;
    if (name[at] == '<' || name[at] == '(' || name[at] == '{') --depth;
    if (depth == 0 && name[at] == ':' && name[at - 1] == ':') return name.substr(0, at - 1);
  }
  return {};
}

bool has_text(const std::string& name, std::string_view text) { return name.find(text) != std::string::npos; }

bool row_matches(const Cause& row, const std::vector<Step>& steps, size_t at) {
  const Step& step = steps[at];
  const bool named = std::any_of(row.functions.begin(), row.functions.end(),
                                 [&](std::string_view pattern) { return glob_matches(pattern, step.bare); });
  if (!named || !has_text(step.frame->function, row.requires_text)) return false;
  if (!row.excludes_text.empty() && has_text(step.frame->function, row.excludes_text)) return false;
  return row.with.empty() || std::any_of(steps.begin() + static_cast<ptrdiff_t>(at), steps.end(),
                                         [&](const Step& further) { return glob_matches(row.with, further.bare); });
}

const Cause* find_row(const std::vector<Step>& steps, size_t at) {
  const auto rows = cause_table();
  const auto row =
      std::find_if(rows.begin(), rows.end(), [&](const Cause& each) { return row_matches(each, steps, at); });
  return row == rows.end() ? nullptr : &*row;
}

// The innermost frame that a row knows decides, or the outermost one of its family behind it.
Recognised from_library(const std::vector<Step>& steps) {
  Recognised found;
  for (size_t at = 0; at < steps.size() && found.cause == nullptr; ++at) {
    found.cause = find_row(steps, at);
    if (found.cause == nullptr) continue;
    found.type = class_of(steps[at].frame->function);
    const std::string_view family = found.cause->family;
    for (size_t outer = at + 1; !family.empty() && outer < steps.size() && glob_matches(family, steps[outer].bare);
         ++outer) {
      const Cause* row = find_row(steps, outer);
      if (row == nullptr || row->family != family) continue;
      found.cause = row;
      found.type = class_of(steps[outer].frame->function);
    }
  }
  return found;
}

// The user's code called the allocator itself, as far as can be seen.
Recognised from_user(const std::vector<Step>& steps, const Frame& user, const Site& site) {
  const auto called = [&](std::string_view name) {
    return std::any_of(steps.begin(), steps.end(), [&](const Step& step) { return step.bare == name; });
  };
  const bool array = called("operator new[]");
  if (array || called("operator new")) {
    // Optimised code without debug information: any container's code may be inlined into this function.
    if (user.file.empty()) return {nullptr, {}, true};
    return {array ? &cause_of_array_new() : &cause_of_new(), {}, false};
  }
  const bool rust = std::any_of(steps.begin(), steps.end(), [](const Step& step) {
    return step.bare.starts_with("__r") || step.bare.starts_with("alloc::");
  });
  if (rust || user.function.empty()) return {nullptr, {}, user.file.empty()};
  return {site.reallocations > 0 ? &cause_of_realloc() : &cause_of_malloc(), {}, false};
}

}  // namespace

Recognised recognise(const Stack& stack, const Site& site) {
  const bool located =
      site.location && *site.location < stack.frames.size() && is_user_frame(stack.frames[*site.location]);
  const size_t end = located ? *site.location : stack.frames.size();
  std::vector<Step> steps;
  bool only_allocators = true;
  for (size_t index = 0; index < end; ++index) {
    const Frame& frame = stack.frames[index];
    steps.push_back({&frame, bare_name(frame.function)});
    only_allocators = only_allocators && is_allocation_function(frame);
  }
  Recognised found = from_library(steps);
  if (found.cause == nullptr && located && only_allocators) found = from_user(steps, stack.frames[end], site);
  return found;
}

}  // namespace mallocop::report
