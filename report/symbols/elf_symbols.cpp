#include "report/symbols/elf_symbols.h"

#include <algorithm>
#include <iterator>

namespace mallocop::report {
namespace {

bool is_code(const GElf_Sym& symbol, Elf* elf, GElf_Word section) {
  const unsigned type = GELF_ST_TYPE(symbol.st_info);
  if (type == STT_FUNC || type == STT_GNU_IFUNC) return true;
  if (type != STT_NOTYPE || elf == nullptr) return false;
  // Hand-written assembly often has no type: its section tells.
  GElf_Shdr header;
  Elf_Scn* scn = elf_getscn(elf, section);
  return scn != nullptr && gelf_getshdr(scn, &header) != nullptr && (header.sh_flags & SHF_EXECINSTR) != 0;
}

// Global names are what other people call a function; a name with a type and a size is no mere label.
int rank_of(const GElf_Sym& symbol) {
  const unsigned bind = GELF_ST_BIND(symbol.st_info);
  int rank = bind == STB_GLOBAL ? 2 : bind == STB_WEAK ? 1 : 0;
  if (symbol.st_size != 0) rank += 4;
  return rank;
}

}  // namespace

ElfSymbols::ElfSymbols(Dwfl_Module* module) {
  const int count = dwfl_module_getsymtab(module);
  for (int index = 1; index < count; ++index) {
    GElf_Sym symbol;
    GElf_Addr address = 0;
    GElf_Word section = 0;
    Elf* elf = nullptr;
    const char* name = dwfl_module_getsym_info(module, index, &symbol, &address, &section, &elf, nullptr);
    if (name == nullptr || *name == '\0' || section == SHN_UNDEF || !is_code(symbol, elf, section)) continue;
    const uint64_t end = address + symbol.st_size;
    if (end >= address) symbols_.push_back({address, end, name, rank_of(symbol)});
    coroutines_.add(name);
  }
  std::sort(symbols_.begin(), symbols_.end(),
            [](const Symbol& a, const Symbol& b) { return a.begin != b.begin ? a.begin < b.begin : a.rank < b.rank; });
  // A symbol without a size reaches to the next place that has a name.
  uint64_t next = UINT64_MAX;
  for (size_t index = symbols_.size(); index-- > 0;) {
    Symbol& symbol = symbols_[index];
    if (symbol.end == symbol.begin && next != UINT64_MAX) symbol.end = next;
    if (index != 0 && symbols_[index - 1].begin != symbol.begin) next = symbol.begin;
  }
  uint64_t largest = 0;
  ends_.reserve(symbols_.size());
  for (const Symbol& symbol : symbols_) ends_.push_back(largest = std::max(largest, symbol.end));
}

const char* ElfSymbols::find(uint64_t address) const {
  const auto after = std::upper_bound(symbols_.begin(), symbols_.end(), address,
                                      [](uint64_t value, const Symbol& symbol) { return value < symbol.begin; });
  // Backwards: the innermost of nested symbols begins last. Stop where nothing before reaches so far.
  for (size_t index = static_cast<size_t>(std::distance(symbols_.begin(), after)); index-- > 0;) {
    if (address < symbols_[index].end) return symbols_[index].name;
    if (address >= ends_[index]) break;
  }
  return nullptr;
}

}  // namespace mallocop::report
