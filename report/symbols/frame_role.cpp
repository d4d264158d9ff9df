#include "report/symbols/frame_role.h"

#include <dwarf.h>

#include <algorithm>
#include <iterator>
#include <string_view>

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
// user's. GCC calls a lambda's operator() artificial, whose body the user wrote; no compiler makes one of its own.
bool is_implicit(Dwarf_Die& function) {
  const char* const name = dwarf_diename(&function);
  if (name != nullptr && std::string_view(name) == "operator()") return false;
  Dwarf_Attribute memory;
  if (dwarf_attr_integrate(&function, DW_AT_object_pointer, &memory) == nullptr) return false;
  bool flag = false;
  return dwarf_formflag(dwarf_attr_integrate(&function, DW_AT_artificial, &memory), &flag) == 0 && flag;
}

bool is_by_gcc(Dwarf_Die& function) {
  Dwarf_Die unit;
  Dwarf_Attribute memory;
  if (dwarf_diecu(&function, &unit, nullptr, nullptr) == nullptr) return false;
  const char* const producer = dwarf_formstring(dwarf_attr(&unit, DW_AT_producer, &memory));
  return producer != nullptr && std::string_view(producer).starts_with("GNU");
}

}  // namespace

const FunctionRoles::Function& FunctionRoles::function_of(Dwarf_Die function, CompileUnit& unit) {
  const auto [entry, added] = known_.try_emplace(function.addr);
  Function& known = entry->second;
  if (added) {
    known.implicit = is_implicit(function);
    if (!known.implicit) known.variables = variables_of(function, unit);
  }
  return known;
}

bool FunctionRoles::has_static(Dwarf_Die function, CompileUnit& unit) {
  const std::vector<Variable>& variables = function_of(function, unit).variables;
  return std::any_of(variables.begin(), variables.end(),
                     [](const Variable& variable) { return variable.role == FrameRole::kStatic; });
}

// The line of a variable is that of its name. GCC asks at the line where the declaration ends, clang where it begins.
std::optional<uint32_t> FunctionRoles::static_guarded_at(Dwarf_Die function, uint32_t line, CompileUnit& unit) {
  const bool at_end = is_by_gcc(function);
  std::optional<uint32_t> nearest;
  for (const Variable& variable : function_of(function, unit).variables) {
    if (variable.role != FrameRole::kStatic || (at_end ? variable.line > line : variable.line < line)) continue;
    if (!nearest || (at_end ? variable.line > *nearest : variable.line < *nearest)) nearest = variable.line;
  }
  return nearest;
}

FrameRole FunctionRoles::role(Dwarf_Die function, uint32_t line, CompileUnit& unit) {
  const Function& known = function_of(function, unit);
  if (known.implicit) return FrameRole::kImplicit;
  if (line == 0) return FrameRole::kPlain;
  for (const Variable& variable : known.variables) {
    if (variable.line == line) return variable.role;
  }
  return FrameRole::kPlain;
}

// Its name would be in the unit's line table, and libdw aborts where there is none, as in a split unit.
FunctionRoles::SourceFile FunctionRoles::file_of(Dwarf_Die& declared) {
  Dwarf_Attribute attribute;
  Dwarf_Word number = 0;
  if (dwarf_attr_integrate(&declared, DW_AT_decl_file, &attribute) == nullptr ||
      dwarf_formudata(&attribute, &number) != 0) {
    return {};
  }
  return {attribute.cu, number};
}

void FunctionRoles::add_variables(Dwarf_Die& function, std::vector<Variable>& found) {
  each_variable(function, 0, [&found](Dwarf_Die& variable) {
    Dwarf_Attribute memory;
    Dwarf_Word line = 0;
    if (dwarf_formudata(dwarf_attr_integrate(&variable, DW_AT_decl_line, &memory), &line) != 0) return;
    const FrameRole role = role_of_location(variable);
    if (role != FrameRole::kPlain) found.push_back({static_cast<uint32_t>(line), role, file_of(variable)});
  });
}

const std::vector<FunctionRoles::Variable>& FunctionRoles::variables_of_nameless(CompileUnit& unit) {
  const auto [entry, added] = of_nameless_.try_emplace(&unit);
  if (added) {
    for (Dwarf_Die& function : unit.nameless()) add_variables(function, entry->second);
  }
  return entry->second;
}

std::vector<FunctionRoles::Variable> FunctionRoles::variables_of(Dwarf_Die function, CompileUnit& unit) {
  std::vector<Variable> found;
  add_variables(function, found);
  // Of a function with inlined copies, what all copies have in common tells the variables, or the function of its own.
  Dwarf_Attribute memory;
  Dwarf_Die origin;
  if (dwarf_formref_die(dwarf_attr(&function, DW_AT_abstract_origin, &memory), &origin) != nullptr) {
    add_variables(origin, found);
    Dwarf_Die concrete = unit.concrete(origin.addr);
    if (concrete.addr != nullptr && concrete.addr != function.addr) add_variables(concrete, found);
  }
  // Of these the place tells whose they are.
  const SourceFile file = file_of(function);
  for (const Variable& variable : variables_of_nameless(unit)) {
    if (file.unit != nullptr && variable.file == file) found.push_back(variable);
  }
  return found;
}

bool CoroutineNames::is_part(std::string_view name) {
  constexpr std::string_view kSuffixes[] = {".actor", ".resume", ".destroy", ".cleanup"};
  return std::any_of(std::begin(kSuffixes), std::end(kSuffixes),
                     [&](std::string_view suffix) { return name.ends_with(suffix); });
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
