#include "report/symbols/frame_role.h"

#include <dwarf.h>

#include "report/symbols/demangle.h"

namespace mallocop::report {
namespace {

constexpr unsigned kMaxDepth = 32;  // of blocks in blocks; a damaged file may go on for ever

// Where the variable is: at an address of the module's, or at one of the thread's.
FrameRole role_of_location(Dwarf_Die& variable) {
  Dwarf_Attribute memory;
  Dwarf_Op* operations = nullptr;
  size_t count = 0;
  if (dwarf_getlocation(dwarf_attr_integrate(&variable, DW_AT_location, &memory), &operations, &count) != 0) {
    return FrameRole::kPlain;
  }
  bool is_address = false;
  for (size_t index = 0; index < count; ++index) {
    const unsigned operation = operations[index].atom;
    if (operation == DW_OP_GNU_push_tls_address || operation == DW_OP_form_tls_address) return FrameRole::kThreadLocal;
    is_address = is_address || operation == DW_OP_addr || operation == DW_OP_addrx;
  }
  return is_address && count == 1 ? FrameRole::kStatic : FrameRole::kPlain;
}

template <typename Add>
void each_variable(Dwarf_Die& parent, unsigned depth, const Add& add) {
  Dwarf_Die child;
  if (depth == kMaxDepth || dwarf_child(&parent, &child) != 0) return;
  do {
    const int tag = dwarf_tag(&child);
    if (tag == DW_TAG_lexical_block) each_variable(child, depth + 1, add);
    if (tag == DW_TAG_variable) add(child);
  } while (dwarf_siblingof(&child, &child) == 0);
}

// Members only: what the compiler makes of initialisers at namespace scope is artificial too, and has lines of the
// user's.
bool is_implicit(Dwarf_Die& function) {
  Dwarf_Attribute memory;
  if (dwarf_attr_integrate(&function, DW_AT_object_pointer, &memory) == nullptr) return false;
  bool flag = false;
  return dwarf_formflag(dwarf_attr_integrate(&function, DW_AT_artificial, &memory), &flag) == 0 && flag;
}

}  // namespace

FrameRole FunctionRoles::role(Dwarf_Die function, uint32_t line, CompileUnit& unit) {
  if (is_implicit(function)) return FrameRole::kImplicit;
  if (line == 0) return FrameRole::kPlain;
  for (const Variable& variable : variables_of(function, unit)) {
    if (variable.line == line) return variable.role;
  }
  return FrameRole::kPlain;
}

const std::vector<FunctionRoles::Variable>& FunctionRoles::variables_of(Dwarf_Die function, CompileUnit& unit) {
  const auto [entry, added] = variables_.try_emplace(function.addr);
  std::vector<Variable>& found = entry->second;
  if (!added) return found;
  const auto add = [&found](Dwarf_Die& variable) {
    Dwarf_Attribute memory;
    Dwarf_Word line = 0;
    if (dwarf_formudata(dwarf_attr_integrate(&variable, DW_AT_decl_line, &memory), &line) != 0) return;
    const FrameRole role = role_of_location(variable);
    if (role != FrameRole::kPlain) found.push_back({static_cast<uint32_t>(line), role});
  };
  each_variable(function, 0, add);
  // Of a function with inlined copies, what all copies have in common tells the variables, or the function of its own.
  Dwarf_Attribute memory;
  Dwarf_Die origin;
  if (dwarf_formref_die(dwarf_attr(&function, DW_AT_abstract_origin, &memory), &origin) != nullptr) {
    each_variable(origin, 0, add);
    Dwarf_Die concrete = unit.concrete(origin.addr);
    if (concrete.addr != nullptr && concrete.addr != function.addr) each_variable(concrete, 0, add);
  }
  return found;
}

// GCC's part takes a frame whose type is named for the function: "_Z3runP…21_Z3runi.Frame.actor".
void CoroutineNames::add(std::string_view name) {
  constexpr std::string_view kFrame = ".Frame.actor";
  if (name.ends_with(kFrame)) {
    name.remove_suffix(kFrame.size());
    const size_t begin = name.rfind("_Z");
    if (begin != std::string_view::npos) names_.insert(demangle(name.substr(begin)));
    return;
  }
  for (const std::string_view suffix : {".actor", ".resume"}) {
    if (name.ends_with(suffix)) names_.insert(demangle(name.substr(0, name.size() - suffix.size())));
  }
}

}  // namespace mallocop::report
