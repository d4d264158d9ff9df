#include "report/symbols/debug_info.h"

#include <dwarf.h>

#include <algorithm>
#include <optional>

#include "report/symbols/demangle.h"

namespace mallocop::report {
namespace {

// The entry that `attribute` of `die` refers to. False: it has none.
bool follow(Dwarf_Die& die, unsigned attribute) {
  Dwarf_Attribute memory;
  Dwarf_Die target;
  if (dwarf_formref_die(dwarf_attr(&die, attribute, &memory), &target) == nullptr) return false;
  die = target;
  return true;
}

const char* linkage_name(Dwarf_Die die) {
  for (const unsigned attribute : {unsigned{DW_AT_linkage_name}, unsigned{DW_AT_MIPS_linkage_name}}) {
    Dwarf_Attribute memory;
    const char* name = dwarf_formstring(dwarf_attr_integrate(&die, attribute, &memory));
    if (name != nullptr) return name;
  }
  return nullptr;
}

std::optional<uint32_t> declared_line(Dwarf_Die function) {
  Dwarf_Attribute memory;
  Dwarf_Word line = 0;
  if (dwarf_formudata(dwarf_attr_integrate(&function, DW_AT_decl_line, &memory), &line) != 0) return std::nullopt;
  return static_cast<uint32_t>(line);
}

// Origins and specifications form chains of two or three; a damaged file may tie them into a ring.
constexpr int kMaxReferences = 8;

}  // namespace

DebugInfo::DebugInfo(Dwfl_Module* module, const CoroutineNames* coroutines, FindGuard find_guard)
    : image_(DebugImage::of(module)), coroutines_(coroutines), find_guard_(std::move(find_guard)) {
  if (image_) {
    dwfl_module_getelf(module, &bias_);
    dwarf_ = image_->dwarf();
  } else {
    dwarf_ = dwfl_module_getdwarf(module, &bias_);
  }
}

DebugInfo::DebugInfo(Dwfl_Module* module, const DebugInfo& first)
    : image_(first.image_ ? first.image_->again() : nullptr),
      bias_(first.bias_),
      coroutines_(first.coroutines_),
      find_guard_(first.find_guard_) {
  dwarf_ = image_ ? image_->dwarf() : dwfl_module_getdwarf(module, &bias_);
}

bool DebugInfo::can_share() const {
  if (dwarf_ == nullptr) return false;
  if (image_) return true;
  Elf* const elf = dwarf_getelf(dwarf_);
  for (Elf_Scn* section = nullptr; (section = elf_nextscn(elf, section)) != nullptr;) {
    GElf_Shdr header;
    if (gelf_getshdr(section, &header) != nullptr && (header.sh_flags & SHF_COMPRESSED) != 0) return false;
  }
  return true;
}

std::optional<Dwarf_Off> DebugInfo::unit_at(uint64_t address) {
  if (dwarf_ == nullptr) return std::nullopt;
  Dwarf_CU* const handle = unit_handle(address - bias_);
  Dwarf_Die die;
  if (handle == nullptr || dwarf_cu_info(handle, nullptr, nullptr, &die, nullptr, nullptr, nullptr, nullptr) != 0) {
    return std::nullopt;
  }
  return dwarf_dieoffset(&die);
}

// Units are found by their own ranges, since .debug_aranges is not written by every compiler. Where it is, and the unit
// that it names agrees, it saves a walk over all units.
Dwarf_CU* DebugInfo::unit_handle(uint64_t address) {
  if (Dwarf_CU* const unit = unit_of_index(address); unit != nullptr) return unit;
  collect_units();
  const auto after = std::upper_bound(ranges_.begin(), ranges_.end(), address,
                                      [](uint64_t value, const UnitRange& range) { return value < range.begin; });
  return after == ranges_.begin() || address >= std::prev(after)->end ? nullptr : std::prev(after)->unit;
}

Dwarf_CU* DebugInfo::unit_of_index(uint64_t address) {
  Dwarf_Aranges* ranges = nullptr;
  size_t count = 0;
  Dwarf_Off offset = 0;
  Dwarf_Die die;
  if (dwarf_getaranges(dwarf_, &ranges, &count) != 0 ||
      dwarf_getarangeinfo(dwarf_getarange_addr(ranges, address), nullptr, nullptr, &offset) != 0 ||
      dwarf_offdie(dwarf_, offset, &die) == nullptr) {
    return nullptr;
  }
  const int tag = dwarf_tag(&die);
  const bool is_unit = tag == DW_TAG_compile_unit || tag == DW_TAG_skeleton_unit;
  return is_unit && dwarf_haspc(&die, address) == 1 ? die.cu : nullptr;
}

void DebugInfo::collect_units() {
  if (collected_) return;
  collected_ = true;
  Dwarf_CU* handle = nullptr;
  Dwarf_Die die;
  Dwarf_Die split;
  uint8_t type = 0;
  while (dwarf_get_units(dwarf_, handle, &handle, nullptr, &type, &die, &split) == 0) {
    if (type == DW_UT_compile || type == DW_UT_skeleton) add_unit(handle, die);
  }
  std::sort(ranges_.begin(), ranges_.end(), [](const UnitRange& a, const UnitRange& b) { return a.begin < b.begin; });
}

void DebugInfo::add_unit(Dwarf_CU* unit, Dwarf_Die& die) {
  Dwarf_Addr base = 0;
  Dwarf_Addr begin = 0;
  Dwarf_Addr end = 0;
  for (ptrdiff_t offset = 0; (offset = dwarf_ranges(&die, offset, &base, &begin, &end)) > 0;) {
    if (begin != 0 && begin < end) ranges_.push_back({begin, end, unit});
  }
}

CompileUnit& DebugInfo::unit(Dwarf_CU* handle) {
  std::unique_ptr<CompileUnit>& unit = units_[handle];
  if (!unit) {
    Dwarf_Die die = {};
    Dwarf_Die split = {};
    dwarf_cu_info(handle, nullptr, nullptr, &die, &split, nullptr, nullptr, nullptr);
    // With -gsplit-dwarf the functions are in the .dwo file, if it can be found.
    unit = std::make_unique<CompileUnit>(split.addr != nullptr ? split : die);
  }
  return *unit;
}

void DebugInfo::forget() {
  units_.clear();
  names_.clear();
  roles_ = {};
}

std::vector<Frame> DebugInfo::find(Dwarf_Off unit_offset, uint64_t address, const char* symbol) {
  Dwarf_Die unit_die;
  if (dwarf_ == nullptr || dwarf_offdie(dwarf_, unit_offset, &unit_die) == nullptr) return {};
  const uint64_t at = address - bias_;
  CompileUnit& found = unit(unit_die.cu);

  std::vector<Frame> frames;
  CompileUnit::Place place = found.place(at);
  const std::vector<CompileUnit::Scope> scopes = found.scopes(at);
  for (size_t index = scopes.size(); index-- > 0;) {
    Frame frame;
    frame.function = function_name(scopes[index].die, index == 0 ? symbol : nullptr);
    frame.file = std::move(place.file);
    frame.line = place.line;
    frame.inlined = index != 0;
    frame.role = roles_.role(scopes[index].die, frame.line, found);
    const bool is_part = index == 0 && symbol != nullptr && CoroutineNames::is_part(symbol);
    if (coroutines_ != nullptr && !is_part && coroutines_->has(frame.function)) {
      frame.role = FrameRole::kCoroutine;
      // Compilers disagree on the line that makes the frame: it is where the function begins.
      frame.line = declared_line(scopes[index].die).value_or(frame.line);
    }
    place = {scopes[index].call_file, scopes[index].call_line};
    frames.push_back(std::move(frame));
  }
  tell_static_variable(scopes, at, found, frames);
  if (frames.empty() && !place.file.empty()) {
    // Assembly has lines but no functions: the symbol table knows the name.
    Frame frame;
    frame.file = std::move(place.file);
    frame.line = place.line;
    frames.push_back(std::move(frame));
  }
  return frames;
}

// Initialisers may have several lines, and GCC gives some of their code the line where the declaration ends, or where
// the function does. All of it is told to be at the line that declares the variable.
void DebugInfo::tell_static_variable(const std::vector<CompileUnit::Scope>& scopes, uint64_t address, CompileUnit& unit,
                                     std::vector<Frame>& frames) {
  if (!find_guard_ || scopes.empty()) return;
  const auto has_variable = [&](const CompileUnit::Scope& scope) { return roles_.has_static(scope.die, unit); };
  if (std::none_of(scopes.begin(), scopes.end(), has_variable)) return;
  const std::optional<uint64_t> guard = find_guard_(CompileUnit::ranges_of(scopes.front().die), address);
  if (!guard) return;
  // The function that the guard is in may be inlined, and more into it.
  const std::vector<CompileUnit::Scope> around = unit.scopes(*guard);
  if (around.empty() || around.size() > scopes.size()) return;
  const Dwarf_Die& function = scopes[around.size() - 1].die;
  if (function.addr != around.back().die.addr) return;
  const auto line = roles_.static_guarded_at(function, unit.place(*guard).line, unit);
  Frame& frame = frames[frames.size() - around.size()];
  if (!line || frame.role == FrameRole::kImplicit) return;
  frame.role = FrameRole::kStatic;
  frame.line = *line;
}

const std::string& DebugInfo::function_name(Dwarf_Die die, const char* symbol) {
  const Dwarf_Die concrete = die;
  // Every inlined copy has the name of the one abstract function.
  if (symbol == nullptr) follow(die, DW_AT_abstract_origin);
  const auto [entry, added] = names_.try_emplace(die.addr);
  if (added) entry->second = make_name(concrete, symbol);
  return entry->second;
}

std::string DebugInfo::make_name(Dwarf_Die die, const char* symbol) {
  if (const char* mangled = linkage_name(die); mangled != nullptr) return demangle(mangled);
  if (symbol != nullptr) return demangle(symbol);

  Dwarf_Attribute memory;
  const char* bare = dwarf_formstring(dwarf_attr_integrate(&die, DW_AT_name, &memory));
  if (bare == nullptr) return {};
  for (int step = 0; step < kMaxReferences; ++step) {
    if (!follow(die, DW_AT_abstract_origin) && !follow(die, DW_AT_specification)) break;
  }
  return (die.cu == nullptr ? std::string() : unit(die.cu).qualifier(die)) + bare;
}

}  // namespace mallocop::report
