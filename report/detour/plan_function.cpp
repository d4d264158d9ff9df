// How it is proved that the first bytes of a function can be overwritten.
//
// The *window* is what is overwritten: whole instructions from the first on (from the second, if the first is an
// endbr64, which must stay) until there is room for a jump. Whoever enters the function arrives at the window's first
// byte and finds the jump. Nobody may arrive behind that byte:
//
//   Jumps of the function and of its parts: all are decoded; see jump_targets.h.
//   Returns: a call can only be the window's last instruction, so it returns to what follows the window.
//   Exceptions: a landing pad is entered by the unwinder and by nothing else, so it does not follow an instruction that
//     goes on to it. Every instruction of the window follows the one before it; where one does not go on (a jump, a
//     return), only padding may follow.
//   Other functions: a function that begins inside the window has a symbol there. Code without symbols cannot know the
//     inside of a function that a compiler made.
//   Indirect jumps whose targets are not known: they are not told from jumps into the window unless the window's last
//     instruction builds the function's frame (moves the stack pointer down, or makes it the frame pointer). Every
//     address in the window is then one at which less of the frame is there than at any jump behind the window. A
//     compiler knows the stack's depth at each instruction, it is the same on all ways there, so no way leads back.
//     The window is made longer until its last instruction is such a one.
//
// A jump back to the first byte is a call that ends the caller's (a tail call of itself) or a loop. If the first
// instruction builds a frame, it is no loop; a jump to the endbr64 is none either. Otherwise it could be one, whose
// rounds must not be counted as calls.
#include "report/detour/plan_function.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <optional>
#include <set>

#include "report/code/function_code.h"
#include "report/code/jump_targets.h"
#include "report/code/procedure_links.h"
#include "report/detour/moved_code.h"

namespace mallocop::report {
namespace {

bool ends_flow(const Instruction& one) { return one.flow == Flow::kJump || one.flow == Flow::kStop; }

// What many functions end in and what certainly allocates nothing.
bool allocates_nothing(const std::string& name) {
  constexpr std::string_view kNames[] = {"free",   "memcpy", "memmove", "memset",         "memcmp",          "strlen",
                                         "strcmp", "abort",  "_exit",   "_Unwind_Resume", "__stack_chk_fail"};
  return name.starts_with("operator delete") ||
         std::find(std::begin(kNames), std::end(kNames), name) != std::end(kNames);
}

struct Window {
  uint64_t begin = 0;
  uint64_t end = 0;
  std::vector<Instruction> moved;  // without the padding behind the last
};

class Planner {
 public:
  Planner(ModuleCode& module, const FunctionList& functions, const Function& function)
      : module_(module), functions_(functions), function_(function) {}

  // Why not, or "": then the plan is in `planned`.
  std::string plan(Planned& planned);

 private:
  std::string choose_window(const JumpTargets& targets);
  std::string add_padding();
  std::string check_window(const JumpTargets& targets) const;
  std::set<std::string> tail_calls(const JumpTargets& targets) const;

  ModuleCode& module_;
  const FunctionList& functions_;
  const Function& function_;
  FunctionCode code_;
  Window window_;
};

std::string Planner::plan(Planned& planned) {
  if (function_.resolver) {
    return "it is chosen when the program starts (IFUNC), by code that runs before anything can be prepared; name the "
           "function that is chosen";
  }
  if (function_.size == 0) return "its size is not known";
  std::string why;
  std::optional<FunctionCode> code = decode(module_, function_, why);
  if (!code) return why;
  code_ = std::move(*code);
  const JumpTargets targets(module_, code_);
  if (why = choose_window(targets); !why.empty()) return why;
  if (why = check_window(targets); !why.empty()) return why;
  if (why = move_code(module_, window_.moved, planned.function); !why.empty()) return why + " in its first bytes";

  planned.function.address = window_.begin;
  planned.function.original_size = static_cast<uint8_t>(window_.end - window_.begin);
  const std::span<const uint8_t> original = module_.bytes(window_.begin, window_.end - window_.begin);
  std::copy(original.begin(), original.end(), planned.function.original);
  planned.ranges.push_back(code_.range);
  planned.ranges.insert(planned.ranges.end(), code_.parts.begin(), code_.parts.end());
  planned.ends_in = tail_calls(targets);
  return {};
}

std::string Planner::choose_window(const JumpTargets& targets) {
  auto next = code_.main.begin();
  if (next->endbr) ++next;
  if (next == code_.main.end()) return "it has no instructions";
  window_.begin = window_.end = next->address;
  const auto enough = [&] {
    const bool jump_fits = window_.end - window_.begin >= trace::kJumpSize;
    return jump_fits && (!targets.unknown() || window_.moved.back().builds_frame);
  };
  while (!enough()) {
    if (next == code_.main.end() || next->end() - window_.begin > trace::kMaxOriginalSize) break;
    if (!window_.moved.empty() && (ends_flow(window_.moved.back()) || window_.moved.back().flow == Flow::kCall)) break;
    window_.moved.push_back(*next);
    window_.end = next->end();
    ++next;
  }
  if (targets.unknown() && (window_.moved.empty() || !window_.moved.back().builds_frame)) {
    return "it has an indirect jump, and where that goes could not be found out";
  }
  return window_.end - window_.begin >= trace::kJumpSize ? std::string() : add_padding();
}

// The function, or its first path, ends before there is room for a jump.
std::string Planner::add_padding() {
  if (window_.moved.empty()) return "its first instruction is too long";
  if (window_.moved.back().flow == Flow::kCall) return "it begins with a call that leaves no room for a jump";
  if (!ends_flow(window_.moved.back())) return "it is too short, and goes on into what follows";
  while (window_.end - window_.begin < trace::kJumpSize) {
    const std::optional<Instruction> behind = decode(module_, window_.end);
    if (!behind || !behind->padding || behind->end() - window_.begin > trace::kMaxOriginalSize) {
      return fmt::format("only {} bytes of it, of the {} that are needed, can be overwritten",
                         window_.end - window_.begin, trace::kJumpSize);
    }
    window_.end = behind->end();
  }
  return {};
}

std::string Planner::check_window(const JumpTargets& targets) const {
  const bool endbr = window_.begin != function_.address;
  if (module_.next_symbol(window_.begin) < window_.end) return "another function begins in its first bytes";
  if (endbr && !targets.arrival({function_.address + 1, window_.begin}).empty()) return "its first instruction is odd";
  if (std::string why = targets.arrival({window_.begin + 1, window_.end}); !why.empty()) {
    return fmt::format("its first {} bytes cannot be overwritten: {}", window_.end - window_.begin, why);
  }
  if (targets.jumped_to(window_.begin) && !window_.moved.front().builds_frame) {
    return "it jumps back to its first instruction, and rounds of a loop cannot be told from calls";
  }
  return {};
}

std::set<std::string> Planner::tail_calls(const JumpTargets& targets) const {
  std::set<std::string> names;
  if (targets.may_leave()) names.emplace();
  for (const auto* line : {&code_.main, &code_.elsewhere}) {
    for (const Instruction& one : *line) {
      if (one.flow != Flow::kJump && one.flow != Flow::kBranch) continue;
      if (one.direct ? code_.holds(one.target) : one.referred == 0) continue;
      std::string name =
          one.direct ? callee_at(module_, functions_, one.target) : operation_of_import(module_, one.referred);
      if (name != function_.operation && !allocates_nothing(name)) names.insert(std::move(name));
    }
  }
  return names;
}

Outcome refused(const ModuleCode& module, std::string_view name, std::string reason) {
  Outcome outcome;
  outcome.refusal = fmt::format("'{}' in {} cannot be counted: {}", name,
                                std::filesystem::path(module.path()).filename().string(), reason);
  outcome.reason = std::move(reason);
  return outcome;
}

}  // namespace

Outcome plan_function(ModuleCode& module, const FunctionList& functions, const Function& function,
                      trace::PlanAction action) {
  Planned planned;
  planned.module = module.path();
  planned.name = function.operation.empty() ? std::string(function.symbols.front()) : function.operation;
  planned.function = {};
  planned.function.action = action;
  std::string why = Planner(module, functions, function).plan(planned);
  if (!why.empty()) return refused(module, planned.name, std::move(why));
  if (function.outlined) {
    planned.notes.push_back(fmt::format(
        "'{}' was split by the compiler: where its beginning was inlined, calls are not counted", planned.name));
  }
  return {std::move(planned), {}, {}};
}

Outcome plan_symbol(ModuleCode& module, const FunctionList& functions, std::string_view symbol,
                    trace::PlanAction action) {
  const Function* const function = functions.find(symbol);
  if (function == nullptr) return refused(module, symbol, "there is no such function");
  return plan_function(module, functions, *function, action);
}

}  // namespace mallocop::report
