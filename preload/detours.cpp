#include "preload/detours.h"

#include <link.h>

#include <algorithm>
#include <cstring>

#include "preload/arch/x86_64_detour.h"
#include "preload/batches.h"
#include "preload/losses.h"
#include "preload/modules.h"
#include "preload/operations.h"
#include "preload/plan.h"
#include "preload/process.h"
#include "preload/sys.h"
#include "preload/text.h"
#include "preload/uncertain_entries.h"
#include "preload/whole_process.h"
#include "trace/records.h"

namespace mallocop::preload {
namespace {

using trace::PlanAction;
using trace::PlannedFunction;
using trace::PlannedRange;

struct Module {
  const link_map* map;
  uintptr_t bias;
  uintptr_t begin;
  uintptr_t end;
};

Plan g_plan;
const char* g_plan_problem = nullptr;
trace::OperationId* g_operations = nullptr;  // by function of the plan

void refuse(const char* name, const char* reason) {
  char detail[512];
  Text text(detail, sizeof detail);
  text.add(name, std::min<size_t>(std::strlen(name), 300));
  text.add(": ");
  text.add(reason);
  write_loss(trace::LossReason::kNotDetoured, 0, detail);
}

bool is_file(const char* path, const struct stat& wanted) {
  struct stat status {};
  return !failed(sys::stat(path, status)) && status.st_dev == wanted.st_dev && status.st_ino == wanted.st_ino;
}

// The module that was mapped from the file. Only the constructor may walk the dynamic linker's list.
bool find_module(const char* path, Module& out) {
  struct stat wanted {};
  if (failed(sys::stat(path, wanted))) return false;
  dl_find_object own{};
  if (!find_object(reinterpret_cast<uintptr_t>(&find_module), own)) return false;
  const link_map* map = own.dlfo_link_map;
  while (map->l_prev != nullptr) map = map->l_prev;
  for (; map != nullptr; map = map->l_next) {
    const char* const name = map->l_name[0] == '\0' ? "/proc/self/exe" : map->l_name;
    dl_find_object object{};
    if (!is_file(name, wanted) || !find_object(reinterpret_cast<uintptr_t>(map->l_ld), object)) continue;
    out = {map, map->l_addr, reinterpret_cast<uintptr_t>(object.dlfo_map_start),
           reinterpret_cast<uintptr_t>(object.dlfo_map_end)};
    return true;
  }
  return false;
}

// Whether code of the module lies there. There may be holes between its segments, so its own range does not say it.
bool is_mapped(const Module& module, uintptr_t at, size_t size) {
  dl_find_object object{};
  return find_object(at, object) && object.dlfo_link_map == module.map &&
         at + size <= reinterpret_cast<uintptr_t>(object.dlfo_map_end);
}

// The module of a function; plans have few modules, and their functions one after the other.
class ModuleOf {
 public:
  const Module* operator()(uint32_t path) {
    if (path != path_) {
      path_ = path;
      found_ = find_module(g_plan.text(path), module_);
    }
    return found_ ? &module_ : nullptr;
  }

 private:
  uint32_t path_ = ~0U;
  bool found_ = false;
  Module module_{};
};

// Memory for gates within reach of the whole module. Below it first: behind an executable lies what the host's heap may
// grow into.
Gate* map_gates(const Module& module, size_t size) {
  constexpr uintptr_t kStep = 1U << 16;
  constexpr uintptr_t kLowest = 1U << 16;
  const uintptr_t reach = kJumpReach - std::min(kJumpReach, module.end - module.begin + size);
  for (uintptr_t distance = kStep + size; distance < reach && module.begin > kLowest + distance; distance += kStep)
    if (void* const memory = sys::map_at((module.begin - distance) & ~(kStep - 1), size))
      return static_cast<Gate*>(memory);
  constexpr uintptr_t kHeap = 1U << 30;
  for (uintptr_t distance = kHeap; distance < reach; distance += kStep)
    if (void* const memory = sys::map_at((module.end + distance) & ~(kStep - 1), size))
      return static_cast<Gate*>(memory);
  return nullptr;
}

// Writes the jump over the function's first bytes. The page is executable and not writable, before and after.
bool write_jump(uintptr_t at, const Gate& gate) {
  constexpr uintptr_t kPage = 4096;
  void* const page = reinterpret_cast<void*>(at & ~(kPage - 1));
  const size_t size = (at + trace::kJumpSize > (at & ~(kPage - 1)) + kPage) ? 2 * kPage : kPage;
  if (failed(sys::protect(page, size, PROT_READ | PROT_WRITE))) return false;
  make_jump(reinterpret_cast<uint8_t*>(at), at, gate.entry());
  return !failed(sys::protect(page, size, PROT_READ | PROT_EXEC));
}

// Functions of one module: [first, last).
void detour_module(const Module& module, uint32_t first, uint32_t last) {
  const auto functions = g_plan.functions();
  const size_t size = ((last - first) * sizeof(Gate) + 4095) / 4096 * 4096;
  Gate* const gates = map_gates(module, size);
  const auto at_of = [&](const PlannedFunction& function) { return module.bias + function.address; };
  for (uint32_t index = first; index < last; ++index) {
    const PlannedFunction& function = functions[index];
    const char* const name = g_plan.text(function.name);
    const uintptr_t at = at_of(function);
    const void* const stands_in = stand_in_for(function.action);
    const bool counts = function.action == PlanAction::kCountEntry;
    const bool ends_in_others = *g_plan.text(function.ends_in) != '\0';
    const auto* const counting =
        reinterpret_cast<const void*>(ends_in_others ? &mallocop_entered_by_caller : &mallocop_entered);
    const char* problem = nullptr;
    if (gates == nullptr) {
      problem = "there is no memory for code near it";
    } else if (!is_mapped(module, at, function.original_size) ||
               std::memcmp(reinterpret_cast<const void*>(at), function.original, function.original_size) != 0) {
      problem = "its code is not what the file says";
    } else if (counts ? g_operations[index] == trace::kOutside : stands_in == nullptr) {
      problem = "there is no room for another operation";
    } else if (!make_gate(gates[index - first], function, at, module.bias, counts ? counting : stands_in, !counts,
                          static_cast<uint16_t>(g_operations[index]))) {
      problem = "its code names something that is too far away";
    }
    if (problem != nullptr) {
      refuse(name, problem);
      if (gates != nullptr) gates[index - first].through = nullptr;
    }
  }
  if (gates == nullptr) return;
  if (failed(sys::protect(gates, size, PROT_READ | PROT_EXEC))) {
    refuse(g_plan.text(functions[first].name), "the system does not allow memory to become code");
    return;
  }
  for (uint32_t index = first; index < last; ++index) {
    const Gate& gate = gates[index - first];
    if (gate.through == nullptr) continue;
    set_original(functions[index].action, gate.original());
    if (!write_jump(at_of(functions[index]), gate))
      refuse(g_plan.text(functions[index].name), "the system does not allow its code to be changed");
  }
}

// Ranges of counted functions, as mapped, in order.
void start_functions() {
  const auto planned = g_plan.ranges();
  auto* const ranges =
      static_cast<trace::FunctionRange*>(sys::map_anonymous(planned.size() * sizeof(trace::FunctionRange) + 1));
  if (ranges == nullptr) return;
  size_t count = 0;
  ModuleOf module_of;
  for (const PlannedRange& range : planned) {
    const Module* const module = module_of(g_plan.functions()[range.function].module);
    const trace::OperationId operation = g_operations[range.function];
    if (module == nullptr || operation == trace::kOutside) continue;
    ranges[count] = {module->bias + range.begin, module->bias + range.end, operation};
    uint8_t payload[48];
    trace::ByteWriter out(payload, sizeof payload);
    trace::encode_function(out, {operation, ranges[count].begin, ranges[count].end});
    g_process.trace.append(trace::RecordType::kFunction, payload, out.size());
    ++count;
  }
  std::sort(ranges, ranges + count, [](const auto& a, const auto& b) { return a.begin < b.begin; });
  g_process.functions.start(ranges, count, g_process.trace);
}

// What the operations' functions end in, by operation.
void start_uncertain_entries() {
  const auto functions = g_plan.functions();
  const auto* const last = std::max_element(g_operations, g_operations + functions.size());
  const size_t count = functions.empty() ? 0 : *last + size_t{1};
  auto* const ends =
      static_cast<UncertainEntries::Ends*>(sys::map_anonymous(count * sizeof(UncertainEntries::Ends) + 1));
  if (ends == nullptr) return refuse("the plan", "there is no memory for what its functions end in");
  for (size_t index = 0; index < functions.size(); ++index) {
    const char* const text = g_plan.text(functions[index].ends_in);
    if (*text != '\0') ends[g_operations[index]].text = text;
  }
  g_uncertain_entries.start({ends, count});
}

void name_whole_process(const char* name) {
  const trace::OperationId operation = operation_of(name, trace::OperationSource::kMark);
  if (operation == trace::kOutside || !add_whole_process(operation))
    refuse(name, "there is no room for another operation that counts other threads");
}

}  // namespace

void read_plan(const char* path) {
  g_plan_problem = g_plan.read(path);
  if (g_plan_problem != nullptr) return;
  const auto functions = g_plan.functions();
  g_operations = static_cast<trace::OperationId*>(sys::map_anonymous((functions.size() + 1) * sizeof *g_operations));
  if (g_operations == nullptr) {
    g_plan_problem = "there is no memory for it";
    return;
  }
  for (size_t index = 0; index < functions.size(); ++index) {
    if (functions[index].action == PlanAction::kWholeProcess) name_whole_process(g_plan.text(functions[index].name));
    if (functions[index].action != PlanAction::kCountEntry) continue;
    const trace::OperationId operation =
        operation_of(g_plan.text(functions[index].name), trace::OperationSource::kFunction);
    g_operations[index] = operation > trace::kMaxFunctionOperations ? trace::kOutside : operation;
  }
  start_functions();
  start_uncertain_entries();
}

void apply_plan() {
  if (g_plan_problem != nullptr) return refuse("the plan", g_plan_problem);
  measure_vector_registers();
  const auto functions = g_plan.functions();
  ModuleOf module_of;
  for (uint32_t first = 0, last = 0; first < functions.size(); first = last) {
    if (functions[first].action == PlanAction::kWholeProcess) {
      last = first + 1;
      continue;
    }
    while (last < functions.size() && functions[last].module == functions[first].module) ++last;
    const Module* const module = module_of(functions[first].module);
    if (module != nullptr) {
      detour_module(*module, first, last);
      continue;
    }
    for (uint32_t index = first; index < last; ++index)
      refuse(g_plan.text(functions[index].name), "its library was not loaded when the program began");
  }
}

}  // namespace mallocop::preload
