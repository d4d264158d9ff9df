// See called_functions.h.
#include "report/code/called_functions.h"

#include <algorithm>
#include <optional>

#include "report/code/function_code.h"
#include "report/code/procedure_links.h"

namespace mallocop::report {

std::string_view CalledFunctions::called_from(const Frame& frame) {
  const ModuleCode* const code = code_of(frame.module);
  if (code == nullptr) return {};
  const uint64_t behind = frame.offset + 1;  // where the call returns to
  // Direct, and by a pointer that is relative to the instruction.
  for (const uint64_t length : {uint64_t{5}, uint64_t{6}}) {
    const std::optional<Instruction> one = behind < length ? std::nullopt : decode(*code, behind - length);
    if (!one || one->flow != Flow::kCall || one->end() != behind) continue;
    if (const std::string_view name = called_symbol(*code, *one); !name.empty()) return name;
  }
  return {};
}

const ModuleCode* CalledFunctions::code_of(const std::string& path) {
  const auto [entry, added] = codes_.try_emplace(path);
  if (added) {
    const auto module =
        std::find_if(modules_.begin(), modules_.end(), [&](const Module& one) { return one.path == path; });
    if (module != modules_.end()) entry->second = ModuleCode::measured(*module);
  }
  return entry->second.get();
}

}  // namespace mallocop::report
