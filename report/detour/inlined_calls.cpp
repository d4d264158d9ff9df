// See inlined_calls.h. All units are walked from end to end, since nothing indexes inlined calls.
#include "report/detour/inlined_calls.h"

#include <dwarf.h>
#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <unordered_map>

#include "report/symbols/compile_unit.h"
#include "report/symbols/debug_image.h"
#include "report/symbols/demangle.h"

namespace mallocop::report {
namespace {

constexpr unsigned kMaxDepth = 200;  // deeper than any compiler nests scopes
constexpr int kMaxReferences = 8;    // origins and specifications form chains of two or three

bool follow(Dwarf_Die& die, unsigned attribute) {
  Dwarf_Attribute memory;
  Dwarf_Die target;
  if (dwarf_formref_die(dwarf_attr(&die, attribute, &memory), &target) == nullptr) return false;
  die = target;
  return true;
}

// Code that the linker dropped keeps its description, at address 0.
bool has_code(Dwarf_Die& die) {
  Dwarf_Addr base = 0;
  Dwarf_Addr begin = 0;
  Dwarf_Addr end = 0;
  return dwarf_ranges(&die, 0, &base, &begin, &end) > 0 && begin != 0;
}

class Walk {
 public:
  Walk(bool declarations, const std::function<bool(const std::string&)>& wanted)
      : declarations_(declarations), wanted_(wanted) {}

  void unit(Dwarf_Die& die) {
    unit_ = die;
    children(die, 0);
  }

  std::map<std::string, InlinedCalls> result;

 private:
  void children(Dwarf_Die& parent, unsigned depth) {
    Dwarf_Die child;
    if (depth > kMaxDepth || dwarf_child(&parent, &child) != 0) return;
    do {
      const int tag = dwarf_tag(&child);
      const bool function = tag == DW_TAG_subprogram && has_code(child);
      if (tag == DW_TAG_inlined_subroutine && has_code(child)) add_call(child);
      if (tag == DW_TAG_subprogram && declarations_ && !function) add_declaration(child);
      if (dwarf_haschildren(&child) != 1) continue;
      const Dwarf_Die outer = around_;
      if (function) around_ = child;
      children(child, depth + 1);
      around_ = outer;
    } while (dwarf_siblingof(&child, &child) == 0);
  }

  void add_call(Dwarf_Die call) {
    Dwarf_Die origin = call;
    if (!follow(origin, DW_AT_abstract_origin)) return;
    InlinedCalls* const calls = entry_of(origin);
    // One of a class's destructors may be inlined into another.
    if (calls == nullptr || (around_.addr != nullptr && entry_of(around_) == calls)) return;
    ++calls->places;
    if (calls->example.empty()) calls->example = place_of(call);
  }

  void add_declaration(Dwarf_Die die) {
    if (InlinedCalls* const calls = entry_of(die); calls != nullptr) calls->declared = true;
  }

  InlinedCalls* entry_of(Dwarf_Die function) {
    const auto [known, added] = by_function_.try_emplace(function.addr, nullptr);
    if (added) known->second = entry_by_name(function);
    return known->second;
  }

  // Every unit that includes a header describes its functions anew, and names take long to read: each is read once.
  InlinedCalls* entry_by_name(Dwarf_Die& function) {
    const char* const mangled = mangled_name_of(function);
    if (mangled == nullptr) return entry_if_wanted(bare_name_of(function));
    const auto [known, added] = by_mangled_name_.try_emplace(mangled, nullptr);
    if (added) known->second = entry_if_wanted(demangle(mangled));
    return known->second;
  }

  InlinedCalls* entry_if_wanted(const std::string& name) {
    return !name.empty() && wanted_(name) ? &result[name] : nullptr;
  }

  // Lives as long as the debug information; null if it has none.
  static const char* mangled_name_of(Dwarf_Die& function) {
    for (const unsigned attribute : {unsigned{DW_AT_linkage_name}, unsigned{DW_AT_MIPS_linkage_name}}) {
      Dwarf_Attribute memory;
      const char* const mangled = dwarf_formstring(dwarf_attr_integrate(&function, attribute, &memory));
      if (mangled != nullptr) return mangled;
    }
    return nullptr;
  }

  std::string bare_name_of(Dwarf_Die function) {
    Dwarf_Attribute memory;
    const char* bare = dwarf_formstring(dwarf_attr_integrate(&function, DW_AT_name, &memory));
    if (bare == nullptr) return {};
    for (int step = 0; step < kMaxReferences; ++step) {
      if (!follow(function, DW_AT_abstract_origin) && !follow(function, DW_AT_specification)) break;
    }
    return (function.cu == nullptr ? std::string() : scopes_of(function.cu).qualifier(function)) + bare;
  }

  CompileUnit& scopes_of(Dwarf_CU* handle) {
    std::unique_ptr<CompileUnit>& unit = scopes_[handle];
    if (!unit) {
      Dwarf_Die die = {};
      dwarf_cu_info(handle, nullptr, nullptr, &die, nullptr, nullptr, nullptr, nullptr);
      unit = std::make_unique<CompileUnit>(die);
    }
    return *unit;
  }

  std::string place_of(Dwarf_Die& call) {
    Dwarf_Attribute attribute;
    Dwarf_Word line = 0;
    Dwarf_Word file = 0;
    Dwarf_Files* files = nullptr;
    size_t count = 0;
    if (dwarf_formudata(dwarf_attr(&call, DW_AT_call_line, &attribute), &line) != 0 ||
        dwarf_formudata(dwarf_attr(&call, DW_AT_call_file, &attribute), &file) != 0 ||
        dwarf_getsrcfiles(&unit_, &files, &count) != 0 || file >= count) {
      return {};
    }
    const char* path = dwarf_filesrc(files, file, nullptr, nullptr);
    return path == nullptr ? std::string()
                           : fmt::format("{}:{}", std::filesystem::path(path).filename().string(), line);
  }

  bool declarations_;
  const std::function<bool(const std::string&)>& wanted_;
  Dwarf_Die unit_ = {};
  Dwarf_Die around_ = {};  // the function with code whose children are being walked
  std::unordered_map<const void*, InlinedCalls*> by_function_;      // Dwarf_Die::addr; null: not wanted
  std::unordered_map<const char*, InlinedCalls*> by_mangled_name_;  // linkers keep each text once
  std::unordered_map<Dwarf_CU*, std::unique_ptr<CompileUnit>> scopes_;
};

}  // namespace

std::map<std::string, InlinedCalls> find_inlined(Dwfl_Module* module, bool declarations,
                                                 const std::function<bool(const std::string& name)>& wanted) {
  const std::unique_ptr<DebugImage> image = DebugImage::of(module);
  Dwarf_Addr bias = 0;
  Dwarf* const dwarf = image ? image->dwarf() : dwfl_module_getdwarf(module, &bias);
  if (dwarf == nullptr) return {};
  Walk walk(declarations, wanted);
  Dwarf_CU* handle = nullptr;
  Dwarf_Die die;
  Dwarf_Die split;
  uint8_t type = 0;
  while (dwarf_get_units(dwarf, handle, &handle, nullptr, &type, &die, &split) == 0) {
    if (type != DW_UT_compile && type != DW_UT_skeleton) continue;
    // With -gsplit-dwarf the functions are in the .dwo file, if it can be found.
    walk.unit(type == DW_UT_skeleton && split.addr != nullptr ? split : die);
  }
  return std::move(walk.result);
}

}  // namespace mallocop::report
