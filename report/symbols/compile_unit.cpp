#include "report/symbols/compile_unit.h"

#include <dwarf.h>

#include <algorithm>
#include <filesystem>
#include <string_view>

namespace mallocop::report {
namespace {

// Deeper than any compiler nests scopes; what lies below is left out, so that no file can exhaust our stack.
constexpr unsigned kMaxDepth = 200;

bool is_named_scope(int tag) {
  switch (tag) {
    case DW_TAG_namespace:
    case DW_TAG_class_type:
    case DW_TAG_structure_type:
    case DW_TAG_union_type:
    case DW_TAG_enumeration_type:  // Rust
    case DW_TAG_module:
      return true;
    default:
      return false;
  }
}

bool is_block(int tag) { return tag == DW_TAG_lexical_block || tag == DW_TAG_try_block || tag == DW_TAG_catch_block; }

template <typename Visit>
void each_child(Dwarf_Die& parent, Visit visit) {
  Dwarf_Die child;
  if (dwarf_child(&parent, &child) != 0) return;
  do {
    visit(child, dwarf_tag(&child));
  } while (dwarf_siblingof(&child, &child) == 0);
}

// GCC calls a lambda's type "<lambda(int)>" or nothing, clang nothing; its call operator shows what it is.
bool is_lambda(Dwarf_Die& type) {
  bool called = false;
  bool named = false;
  each_child(type, [&](Dwarf_Die& child, int tag) {
    const char* name = tag == DW_TAG_subprogram ? dwarf_diename(&child) : nullptr;
    if (name == nullptr) return;
    called = called || std::string_view(name).starts_with("operator()");
    named = named ||
            (name[0] != '~' && name[0] != '<' && name[0] != '_' && !std::string_view(name).starts_with("operator"));
  });
  return called && !named;
}

bool is_nameless(Dwarf_Die& function) {
  return dwarf_haschildren(&function) == 1 && dwarf_hasattr_integrate(&function, DW_AT_name) == 0;
}

// What the children of `die` are qualified with, behind what `die` is.
std::string scope_name(Dwarf_Die& die, int tag) {
  const char* name = dwarf_diename(&die);
  if (name == nullptr) {
    if (tag == DW_TAG_namespace) return "(anonymous namespace)::";
    return is_lambda(die) ? "{lambda}::" : "";
  }
  const std::string_view text(name);
  return text.starts_with("<lambda(") ? "{lambda}::" : std::string(text) + "::";
}

}  // namespace

CompileUnit::CompileUnit(Dwarf_Die unit) : unit_(unit) {
  collect_functions(unit_, "", 0);
  std::sort(ranges_.begin(), ranges_.end(),
            [](const FunctionRange& a, const FunctionRange& b) { return a.begin < b.begin; });
}

void CompileUnit::collect_functions(Dwarf_Die& parent, const std::string& scope, unsigned depth) {
  if (depth > kMaxDepth) return;
  each_child(parent, [&](Dwarf_Die& child, int tag) {
    if (tag == DW_TAG_subprogram) {
      if (!scope.empty()) qualifiers_.emplace(child.addr, scope);
      add_function(child);
      // Local classes and lambdas have functions of their own.
      if (dwarf_haschildren(&child) == 1) collect_functions(child, scope + scope_name(child, tag), depth + 1);
    } else if (is_named_scope(tag)) {
      collect_functions(child, scope + scope_name(child, tag), depth + 1);
    } else if (is_block(tag)) {
      collect_functions(child, scope, depth + 1);
    }
  });
}

void CompileUnit::add_function(Dwarf_Die die) {
  // Most are declarations: that they have no code is quicker known than their ranges.
  if (dwarf_hasattr(&die, DW_AT_low_pc) == 0 && dwarf_hasattr(&die, DW_AT_ranges) == 0) {
    if (is_nameless(die)) nameless_.push_back(die);
    return;
  }
  const std::vector<AddressRange> ranges = ranges_of(die);
  if (ranges.empty()) return;
  for (const AddressRange& range : ranges) ranges_.push_back({range.begin, range.end, functions_.size()});
  functions_.push_back({die, std::nullopt});
}

Dwarf_Die CompileUnit::concrete(const void* origin) {
  if (!concrete_) {
    concrete_.emplace();
    for (size_t index = 0; index < functions_.size(); ++index) {
      Dwarf_Attribute memory;
      Dwarf_Die target;
      Dwarf_Attribute* const attribute = dwarf_attr(&functions_[index].die, DW_AT_abstract_origin, &memory);
      if (dwarf_formref_die(attribute, &target) != nullptr) concrete_->emplace(target.addr, index);
    }
  }
  const auto found = concrete_->find(origin);
  return found == concrete_->end() ? Dwarf_Die{} : functions_[found->second].die;
}

std::vector<AddressRange> CompileUnit::ranges_of(Dwarf_Die die) {
  std::vector<AddressRange> ranges;
  Dwarf_Addr base = 0;
  Dwarf_Addr begin = 0;
  Dwarf_Addr end = 0;
  for (ptrdiff_t offset = 0; (offset = dwarf_ranges(&die, offset, &base, &begin, &end)) > 0;) {
    // Code that the linker dropped keeps its description, at address 0.
    if (begin != 0 && begin < end) ranges.push_back({begin, end});
  }
  return ranges;
}

void CompileUnit::collect_inlined(Dwarf_Die& parent, std::vector<InlinedCall>& calls, unsigned depth) {
  if (depth > kMaxDepth) return;
  each_child(parent, [&](Dwarf_Die& child, int tag) {
    if (tag == DW_TAG_inlined_subroutine) {
      const size_t index = calls.size();
      calls.push_back({child, ranges_of(child), 0});
      collect_inlined(child, calls, depth + 1);
      calls[index].next = calls.size();
    } else if (is_block(tag)) {
      collect_inlined(child, calls, depth + 1);
    }
  });
}

std::vector<CompileUnit::Scope> CompileUnit::scopes(uint64_t address) {
  auto after = std::upper_bound(ranges_.begin(), ranges_.end(), address,
                                [](uint64_t value, const FunctionRange& range) { return value < range.begin; });
  if (after == ranges_.begin() || address >= std::prev(after)->end) return {};
  Function& function = functions_[std::prev(after)->function];
  if (!function.inlined) collect_inlined(function.die, function.inlined.emplace(), 0);

  std::vector<Scope> found;
  found.push_back({function.die, {}, 0});
  const std::vector<InlinedCall>& calls = *function.inlined;
  for (size_t index = 0; index < calls.size();) {
    const bool inside = std::any_of(calls[index].ranges.begin(), calls[index].ranges.end(),
                                    [&](const AddressRange& range) { return range.holds(address); });
    if (inside) found.push_back(inlined_scope(calls[index].die));
    index = inside ? index + 1 : calls[index].next;
  }
  return found;
}

CompileUnit::Scope CompileUnit::inlined_scope(Dwarf_Die die) {
  Scope scope{die, {}, 0};
  Dwarf_Attribute attribute;
  Dwarf_Word line = 0;
  if (dwarf_formudata(dwarf_attr(&die, DW_AT_call_line, &attribute), &line) == 0) {
    scope.call_line = static_cast<uint32_t>(line);
  }
  Dwarf_Word file = 0;
  Dwarf_Files* files = nullptr;
  size_t count = 0;
  if (dwarf_formudata(dwarf_attr(&die, DW_AT_call_file, &attribute), &file) == 0 &&
      dwarf_getsrcfiles(&unit_, &files, &count) == 0 && file < count) {
    scope.call_file = source_path(dwarf_filesrc(files, file, nullptr, nullptr));
  }
  return scope;
}

// Compilers name sources as they were called, often relative to the folder that they ran in.
const std::string& CompileUnit::source_path(const char* name) {
  const auto [entry, added] = paths_.try_emplace(name);
  if (!added || name == nullptr) return entry->second;
  std::filesystem::path path(name);
  Dwarf_Attribute attribute;
  const char* folder = dwarf_formstring(dwarf_attr(&unit_, DW_AT_comp_dir, &attribute));
  if (path.is_relative() && folder != nullptr) path = folder / path;
  return entry->second = path.lexically_normal().string();
}

CompileUnit::Place CompileUnit::place(uint64_t address) {
  Dwarf_Line* line = dwarf_getsrc_die(&unit_, address);
  if (line == nullptr) return {};
  Place found;
  found.file = source_path(dwarf_linesrc(line, nullptr, nullptr));
  int number = 0;
  if (dwarf_lineno(line, &number) == 0 && number > 0) found.line = static_cast<uint32_t>(number);
  return found;
}

std::string CompileUnit::qualifier(const Dwarf_Die& declaration) const {
  const auto found = qualifiers_.find(declaration.addr);
  return found == qualifiers_.end() ? std::string() : found->second;
}

}  // namespace mallocop::report
