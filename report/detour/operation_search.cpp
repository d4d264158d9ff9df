// See operation_search.h.
#include "report/detour/operation_search.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

#include "report/code/function_code.h"
#include "report/code/procedure_links.h"
#include "report/detour/inlined_calls.h"
#include "report/detour/libraries.h"
#include "report/detour/plan_function.h"
#include "report/support/error.h"
#include "report/support/function_name.h"
#include "report/support/nearest.h"
#include "report/support/pattern.h"

namespace mallocop::report {
namespace {

// More than anybody means, and few enough to plan in a second.
constexpr size_t kMostFunctions = 4096;

std::string file_name(const std::string& path) { return std::filesystem::path(path).filename().string(); }

std::string places(const InlinedCalls& calls) {
  return fmt::format("{} place{}{}", calls.places, calls.places == 1 ? "" : "s",
                     calls.example.empty() ? "" : ", e.g. " + calls.example);
}

bool calls(const ModuleCode& module, const FunctionList& functions, const Instruction& one, const std::string& symbol) {
  const Function* const function = functions.find(symbol);
  return (function != nullptr && function->address == one.target) || stub_at(module, one.target) == symbol;
}

// A deleting destructor calls the other one, a thunk jumps to its function, and where nothing is optimised a
// constructor calls the one that makes its part: unless that was inlined.
bool passes_on(const ModuleCode& module, const FunctionList& functions, const Function& function) {
  const std::string variant = function.symbols.empty() ? "" : part_variant(function.symbols.front());
  if (!function.forwards && variant.empty()) return false;
  std::string why;
  const std::optional<FunctionCode> code = decode(module, function, why);
  if (!code) return false;
  return std::any_of(code->main.begin(), code->main.end(), [&](const Instruction& one) {
    if (!one.direct || one.target == function.address) return false;
    if (!variant.empty() && calls(module, functions, one, variant)) return true;
    return function.forwards && callee_at(module, functions, one.target) == function.operation;
  });
}

// The demangled name that the pattern means, or null.
const std::string* meant_name(const Function& function, const FunctionPattern& pattern) {
  const auto found = std::find_if(function.names.begin(), function.names.end(),
                                  [&](const std::string& name) { return pattern.matches(name); });
  return found == function.names.end() ? nullptr : &*found;
}

FoundFunction examine(ModuleCode& module, const FunctionList& functions, const Function& function,
                      const std::string& name) {
  FoundFunction found;
  found.operation = operation_name(name);
  found.name = name;
  found.module = module.path();
  found.address = function.address;
  found.size = function.size;
  found.ranges.push_back({function.address, function.address + function.size});
  found.ranges.insert(found.ranges.end(), function.parts.begin(), function.parts.end());
  found.passes_on = passes_on(module, functions, function);
  if (!found.passes_on) found.outcome = plan_function(module, functions, function, trace::PlanAction::kCountEntry);
  if (found.outcome.planned) found.outcome.planned->name = found.operation;
  for (const std::string& other : function.names) {
    if (operation_name(other) == found.operation) continue;
    found.notes.push_back(fmt::format("'{}' and '{}' are one piece of code: calls of either are counted", name, other));
  }
  return found;
}

// An operation that is counted itself owns what is allocated in it. What remains is the same for all functions of an
// operation, since a message names operations.
void settle_ends(std::vector<Planned>& functions) {
  std::map<std::string, std::set<std::string>> ends_in;
  for (const Planned& one : functions) ends_in[one.name].insert(one.ends_in.begin(), one.ends_in.end());
  for (auto& [name, ends] : ends_in) std::erase_if(ends, [&](const std::string& end) { return ends_in.contains(end); });
  for (Planned& one : functions) {
    if (!one.ends_in.empty()) one.ends_in = ends_in.at(one.name);
  }
}

}  // namespace

OperationSearch::OperationSearch(const std::string& program) {
  modules_.push_back(std::make_unique<ModuleFunctions>(program));
  for (const std::string& library : libraries_of(program)) {
    modules_.push_back(std::make_unique<ModuleFunctions>(library));
  }
}

OperationSearch::~OperationSearch() = default;

std::vector<FoundFunction> OperationSearch::find(const std::string& option, const std::string& pattern) {
  const FunctionPattern wanted(pattern);
  std::vector<FoundFunction> found;
  for (const auto& module : modules_) {
    const size_t before = found.size();
    for (const Function& function : module->functions.functions()) {
      const std::string* const name = meant_name(function, wanted);
      if (name == nullptr) continue;
      if (found.size() == kMostFunctions) {
        throw Error(ExitStatus::kInvalid, fmt::format("{} '{}': more than {} functions have such a name; narrow it",
                                                      option, pattern, kMostFunctions));
      }
      found.push_back(examine(module->code, module->functions, function, *name));
    }
    if (found.size() == before) continue;
    const auto inlined =
        find_inlined(module->code.dwfl_module(), false, [&](const std::string& name) { return wanted.matches(name); });
    std::set<std::string> told;
    for (size_t index = before; index < found.size(); ++index) {
      for (const auto& [name, calls] : inlined) {
        if (calls.places == 0 || operation_name(name) != found[index].operation || !told.insert(name).second) continue;
        found[index].notes.push_back(
            fmt::format("'{}' was also inlined in {}: calls there are not counted", name, places(calls)));
      }
    }
  }
  if (found.empty()) nothing_found(option, pattern);
  return found;
}

OperationPlan OperationSearch::plan(const std::vector<std::string>& patterns) {
  OperationPlan plan;
  std::set<std::pair<std::string, uint64_t>> planned;
  for (const std::string& pattern : patterns) {
    const std::string option = fmt::format("--op '{}'", pattern);
    std::vector<FoundFunction> found = find("--op", pattern);
    std::map<std::string, std::string> refused;
    for (const FoundFunction& one : found) {
      if (!one.passes_on && !one.outcome.planned) refused.emplace(one.operation, one.outcome.refusal);
    }
    RequestedOperations request{pattern, {}};
    std::map<std::pair<std::string, std::string>, size_t> by_module;
    for (FoundFunction& one : found) {
      if (one.passes_on || refused.count(one.operation) != 0) continue;
      if (std::find(request.operations.begin(), request.operations.end(), one.operation) == request.operations.end()) {
        request.operations.push_back(one.operation);
      }
      if (!planned.emplace(one.module, one.address).second) continue;
      for (const auto* notes : {&one.notes, &one.outcome.planned->notes}) {
        for (const std::string& note : *notes) plan.notes.push_back({one.operation, note});
      }
      by_module.emplace(std::pair(one.module, one.operation), plan.functions.size());
      plan.functions.push_back(std::move(*one.outcome.planned));
    }
    for (const FoundFunction& one : found) {
      const auto target = by_module.find({one.module, one.operation});
      if (!one.passes_on || target == by_module.end()) continue;
      std::vector<AddressRange>& ranges = plan.functions[target->second].ranges;
      ranges.insert(ranges.end(), one.ranges.begin(), one.ranges.end());
    }
    if (request.operations.empty()) {
      const std::string others = refused.size() > 1 ? fmt::format(" (and {} more)", refused.size() - 1) : "";
      const std::string reason = refused.empty() ? "only thunks have such a name" : refused.begin()->second + others;
      throw Error(ExitStatus::kInvalid, fmt::format("{}: {}", option, reason));
    }
    for (const auto& [operation, refusal] : refused) {
      plan.refused.push_back({operation, fmt::format("{}: {}", option, refusal)});
    }
    plan.requests.push_back(std::move(request));
  }
  settle_ends(plan.functions);
  return plan;
}

std::string OperationSearch::nearest_name(const std::string& pattern) const {
  const FunctionPattern with_scope("*::" + pattern);
  std::vector<std::string> names;
  for (const auto& module : modules_) {
    for (const Function& function : module->functions.functions()) {
      if (const std::string* const name = meant_name(function, with_scope)) return operation_name(*name);
      for (const std::string& name : function.names) {
        std::string bare = FunctionName(name).reading({});
        const size_t longer = std::max(bare.size(), pattern.size()) - std::min(bare.size(), pattern.size());
        if (longer <= pattern.size() / 2) names.push_back(std::move(bare));
      }
    }
  }
  const std::vector<std::string_view> candidates(names.begin(), names.end());
  const std::string found(nearest(pattern, candidates));
  return edit_distance(pattern, found) <= pattern.size() / 2 ? found : "";
}

// What debug information says about functions without code that `wanted` means, of those that are `known`; "" if it
// knows none.
std::string OperationSearch::known_without_code(const ModuleFunctions& module,
                                                const std::map<std::string, InlinedCalls>& known,
                                                const FunctionPattern& wanted) {
  const std::pair<const std::string, InlinedCalls>* most = nullptr;
  for (const auto& one : known) {
    if (wanted.matches(one.first) && (most == nullptr || most->second.places < one.second.places)) most = &one;
  }
  if (most == nullptr) return {};
  const auto& [name, calls] = *most;
  const std::string where = file_name(module.code.path());
  if (calls.places > 0) {
    return fmt::format("'{}' was inlined everywhere in {}: {}; give it [[gnu::noinline]] or mark it", name, where,
                       places(calls));
  }
  return fmt::format(
      "'{}' is known in {}, but has no code there or in a library that is loaded at start: it is only "
      "declared, was left out by the linker, is in a library that is opened later (dlopen), or is the C "
      "library's, whose functions are not counted",
      name, where);
}

void OperationSearch::nothing_found(const std::string& option, const std::string& pattern) {
  const auto give_up = [&](const std::string& reason) {
    throw Error(ExitStatus::kInvalid, fmt::format("{} '{}': {}", option, pattern, reason));
  };
  const FunctionPattern wanted(pattern);
  const FunctionPattern with_scope("*::" + pattern);
  std::vector<std::map<std::string, InlinedCalls>> known;  // parallel to modules_: a walk takes long
  for (const auto& module : modules_) {
    known.push_back(find_inlined(module->code.dwfl_module(), true, [&](const std::string& name) {
      return wanted.matches(name) || with_scope.matches(name);
    }));
    if (const std::string text = known_without_code(*module, known.back(), wanted); !text.empty()) give_up(text);
  }
  const std::string near = nearest_name(pattern);
  const std::string advice = near.empty() ? "" : fmt::format("; did you mean '{}'?", near);
  for (size_t index = 0; near.empty() && index < modules_.size(); ++index) {
    const std::string text = known_without_code(*modules_[index], known[index], with_scope);
    if (!text.empty()) give_up("no function has such a name, but " + text);
  }
  if (!modules_.front()->code.has_symbol_table()) {
    give_up(
        fmt::format("{} has no symbols that tell its functions, it was stripped; build it without stripping (no "
                    "-s, no strip), install its -dbgsym package, or mark the operation in the source{}",
                    file_name(modules_.front()->code.path()), advice));
  }
  give_up(fmt::format("no function of {} or of the libraries that it is started with has such a name{}",
                      file_name(modules_.front()->code.path()), advice));
  std::abort();
}

}  // namespace mallocop::report
