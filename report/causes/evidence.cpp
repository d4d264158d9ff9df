#include "report/causes/evidence.h"

#include <fmt/format.h>

#include "report/support/units.h"
#include "report/symbols/short_name.h"

namespace mallocop::report {
namespace {

constexpr size_t kMaxName = 72;  // of a function; the stack has it whole

std::string function_text(const Recognised& found) {
  const Cause& cause = *found.cause;
  const bool of_user_code = cause.functions.empty();  // the row is about the user's own frame
  if (found.frame != nullptr && found.location && of_user_code) {
    return fmt::format("line {} makes a {} variable", found.frame->line,
                       found.frame->role == FrameRole::kStatic ? "static" : "thread_local");
  }
  if (cause.role == FrameRole::kCoroutine) return "the compiler split the function as it does a coroutine";
  if (found.frame == nullptr) {
    return cause.direct == Direct::kMalloc     ? "the allocator is called from this line"
           : cause.direct == Direct::kArrayNew ? "operator new[] is called from this line"
                                               : "operator new is called from this line";
  }
  std::string name = short_name(found.frame->function);
  if (name.size() > kMaxName) name = bare_name(found.frame->function);
  return name.size() > kMaxName ? name.substr(0, kMaxName) + "..." : name;
}

std::string sizes_text(const SiteGroup& group) {
  if (group.smallest == group.largest) return format_size(group.largest) + " each";
  return fmt::format("{} to {}", format_size(group.smallest), format_size(group.largest));
}

std::string frequency_text(const SiteGroup& group, uint64_t calls) {
  if (!group.inside || calls == 0) return format_count(group.allocations) + " in all";
  if (group.first_call_only)
    return format_count(group.allocations) + (group.calls > 1 ? " in the first calls" : " in the first call");
  if (group.allocations % calls == 0) return format_count(group.allocations / calls) + " per call";
  return fmt::format("{} in {} calls", format_count(group.allocations), format_count(calls));
}

}  // namespace

std::string evidence_text(const Recognised& found, const SiteGroup& group, uint64_t calls) {
  std::string text = fmt::format("{}; {}, {}", function_text(found), frequency_text(group, calls), sizes_text(group));
  if (group.temporary != 0 && group.temporary == group.allocations) text += ", each freed at once";
  if (group.inside && !group.first_call_only && group.leaked >= group.allocations) text += ", none of them freed";
  return text;
}

}  // namespace mallocop::report
