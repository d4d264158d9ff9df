// See static_guards.h.
#include "report/code/static_guards.h"

#include <Zydis/Zydis.h>

#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <utility>
#include <vector>

#include "report/code/function_code.h"
#include "report/code/module_code.h"
#include "report/code/procedure_links.h"

namespace mallocop::report {
namespace {

constexpr std::string_view kAcquire = "__cxa_guard_acquire";
constexpr std::array<std::string_view, 2> kDone = {"__cxa_guard_release", "__cxa_guard_abort"};

// Behind a call of one of these is code that it does not lead to.
constexpr std::array<std::string_view, 8> kNeverReturns = {
    "_Unwind_Resume", "__cxa_throw",      "__cxa_rethrow",          "__cxa_throw_bad_array_new_length",
    "abort",          "__stack_chk_fail", "__clang_call_terminate", "_ZSt9terminatev",
};
constexpr std::string_view kLibraryThrows = "__throw_";  // std::__throw_length_error(char const*)

// Of a function, far more than those have that people write; a damaged file may say anything.
constexpr size_t kMostInstructions = 1 << 18;
// From the call that asks to the jump that looks at the answer.
constexpr int kMostToAnswer = 8;

template <typename List>
bool is_one_of(std::string_view name, const List& list) {
  return std::find(list.begin(), list.end(), name) != list.end();
}

// What one guard protects.
struct Guarded {
  uint64_t guard = 0;                // the call that asks
  std::vector<AddressRange> ranges;  // by begin
};

class Guards {
 public:
  explicit Guards(Module module) : module_(std::move(module)) {}

  std::optional<uint64_t> find(std::span<const AddressRange> function, uint64_t address) {
    const std::lock_guard lock(mutex_);
    if (!opened_) code_ = ModuleCode::measured(module_);
    opened_ = true;
    if (!code_ || function.empty()) return std::nullopt;
    const auto [entry, added] = functions_.try_emplace(function.front().begin);
    if (added) entry->second = guarded_in(function);
    for (const Guarded& one : entry->second) {
      const bool inside = std::any_of(one.ranges.begin(), one.ranges.end(),
                                      [&](const AddressRange& range) { return range.holds(address); });
      if (inside) return one.guard;
    }
    return std::nullopt;
  }

 private:
  std::vector<Guarded> guarded_in(std::span<const AddressRange> function) const {
    std::vector<Guarded> found;
    size_t left = kMostInstructions;
    for (const AddressRange& part : function) {
      for (uint64_t at = part.begin; at < part.end && left > 0; --left) {
        const std::optional<Instruction> one = decode(*code_, at);
        if (!one) break;
        at = one->end();
        if (one->flow != Flow::kCall || called_symbol(*code_, *one) != kAcquire) continue;
        if (const auto begin = where_it_is_made(*one)) found.push_back({one->address, made_from(*begin, left)});
      }
    }
    return found;
  }

  // Where the code goes on if the answer is that the variable is still to be made: not zero.
  std::optional<uint64_t> where_it_is_made(const Instruction& acquire) const {
    uint64_t at = acquire.end();
    for (int step = 0; step < kMostToAnswer; ++step) {
      const std::optional<Instruction> one = decode(*code_, at);
      if (!one) break;
      if (one->flow == Flow::kBranch) {
        if (one->mnemonic == ZYDIS_MNEMONIC_JZ) return one->end();
        if (one->mnemonic == ZYDIS_MNEMONIC_JNZ) return one->target;
        break;
      }
      if (one->flow != Flow::kOn) break;
      at = one->end();
    }
    return std::nullopt;
  }

  // All that is reached from there before the runtime is told that it is done, or that it failed. `left`: how many
  // instructions may be looked at.
  std::vector<AddressRange> made_from(uint64_t begin, size_t& left) const {
    std::map<uint64_t, uint64_t> seen;  // begin and end of instructions
    std::vector<uint64_t> to_do = {begin};
    while (!to_do.empty()) {
      uint64_t at = to_do.back();
      to_do.pop_back();
      for (; !seen.contains(at) && left > 1; --left) {
        const std::optional<Instruction> one = decode(*code_, at);
        if (!one) break;
        seen.emplace(at, one->end());
        at = one->end();
        if (one->flow == Flow::kCall && ends_it(called_symbol(*code_, *one))) break;
        if (one->flow == Flow::kBranch && one->direct) to_do.push_back(one->target);
        if (one->flow == Flow::kStop) break;
        if (one->flow == Flow::kJump) {
          if (!one->direct) break;
          at = one->target;
        }
      }
    }
    std::vector<AddressRange> ranges;
    for (const auto& [from, to] : seen) {
      if (!ranges.empty() && ranges.back().end == from) {
        ranges.back().end = to;
      } else {
        ranges.push_back({from, to});
      }
    }
    return ranges;
  }

  static bool ends_it(std::string_view name) {
    return is_one_of(name, kDone) || is_one_of(name, kNeverReturns) || name.find(kLibraryThrows) != name.npos;
  }

  Module module_;
  std::mutex mutex_;
  bool opened_ = false;
  std::unique_ptr<ModuleCode> code_;
  std::unordered_map<uint64_t, std::vector<Guarded>> functions_;  // by the begin of the first part
};

}  // namespace

FindGuard static_guards_of(const Module& module) {
  return [guards = std::make_shared<Guards>(module)](std::span<const AddressRange> function, uint64_t address) {
    return guards->find(function, address);
  };
}

}  // namespace mallocop::report
