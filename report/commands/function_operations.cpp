// See function_operations.h.
#include "report/commands/function_operations.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>
#include <set>

#include "report/output/escape.h"
#include "report/support/error.h"
#include "report/support/pattern.h"

namespace mallocop::report {
namespace {

constexpr size_t kMostNamed = 8;  // operations in one note

std::string quoted(const std::vector<std::string>& names) {
  const size_t shown = std::min(names.size(), kMostNamed);
  std::string text;
  for (size_t i = 0; i < shown; ++i) text += fmt::format("{}'{}'", i == 0 ? "" : ", ", names[i]);
  return shown == names.size() ? text : text + fmt::format(" and {} more", names.size() - shown);
}

bool entered(const Profile& profile, const std::string& name) {
  return std::any_of(profile.operations.begin(), profile.operations.end(), [&](const Operation& operation) {
    return operation.name == name && operation.count + operation.warmup > 0;
  });
}

void add_line(std::string& text, const char* indent, const std::string& line) {
  text += indent + escape_controls(line) + '\n';
}

void describe(const FoundFunction& found, std::string& text) {
  std::string answer = "can be counted";
  if (found.passes_on) answer = "not counted: it goes on to another function of the operation, which is";
  if (!found.passes_on && !found.outcome.planned) answer = "cannot be counted: " + found.outcome.reason;
  add_line(text, "  ", found.name);
  add_line(text, "    ", fmt::format("{}, address {:#x}, {} bytes", found.module, found.address, found.size));
  add_line(text, "    ", answer);
  for (const std::string& note : found.notes) add_line(text, "    note: ", note);
  if (!found.outcome.planned) return;
  const Planned& planned = *found.outcome.planned;
  for (const std::string& note : planned.notes) add_line(text, "    note: ", note);
  if (planned.ends_in.empty()) return;
  add_line(text, "    note: ",
           fmt::format("it ends in {} by a jump: where it is entered by anything but a direct call, what is allocated "
                       "there is not seen as its own, and it cannot be limited",
                       describe_ends(planned.ends_in)));
}

}  // namespace

OperationPlan plan_operations(const std::string& program, const std::vector<std::string>& patterns,
                              const CheckRequest& request) {
  OperationPlan plan = OperationSearch(program).plan(patterns);
  for (const LimitedOperation& limited : limited_operations(request)) {
    for (const RefusedOperation& refused : plan.refused) {
      if (!glob_matches(limited.pattern, refused.operation)) continue;
      throw Error(ExitStatus::kInvalid, fmt::format("{}: {}", limited.source, refused.refusal));
    }
  }
  return plan;
}

void check_entered(const OperationPlan& plan, Profile& profile) {
  Measurement& measurement = profile.measurement;
  for (const RefusedOperation& refused : plan.refused) measurement.notes.push_back(refused.refusal);
  std::set<std::string> told;  // operations that were asked for in vain: a note may say why
  for (const RequestedOperations& request : plan.requests) {
    std::vector<std::string> missing;
    std::copy_if(request.operations.begin(), request.operations.end(), std::back_inserter(missing),
                 [&](const std::string& name) { return !entered(profile, name); });
    if (missing.empty()) continue;
    const bool none = missing.size() == request.operations.size();
    const std::string text = missing.size() == 1 ? fmt::format("operation {} was never entered", quoted(missing))
                                                 : fmt::format("{}{} operations were never entered: {}",
                                                               none ? "all " : "", missing.size(), quoted(missing));
    if (none) {
      measurement.valid = false;
      measurement.reasons.push_back(text);
      told.insert(missing.begin(), missing.end());
    } else {
      measurement.notes.push_back(fmt::format("--op '{}': {}", request.pattern, text));
    }
  }
  for (const OperationNote& note : plan.notes) {
    if (told.count(note.operation) != 0 || entered(profile, note.operation)) measurement.notes.push_back(note.note);
  }
}

std::string list_operations(const std::string& program, const std::vector<std::string>& patterns) {
  OperationSearch search(program);
  std::string text;
  for (const std::string& pattern : patterns) {
    std::vector<FoundFunction> found = search.find("--list-ops", pattern);
    std::stable_sort(found.begin(), found.end(),
                     [](const FoundFunction& a, const FoundFunction& b) { return a.operation < b.operation; });
    const std::string* operation = nullptr;
    for (const FoundFunction& one : found) {
      if (operation == nullptr || *operation != one.operation) {
        add_line(text, "", fmt::format("operation '{}'", one.operation));
      }
      operation = &one.operation;
      describe(one, text);
    }
  }
  return text;
}

}  // namespace mallocop::report
