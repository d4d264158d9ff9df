// See module_code.h.
#include "report/code/module_code.h"

#include <fmt/format.h>
#include <gelf.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <iterator>
#include <optional>
#include <utility>

#include "report/support/error.h"

namespace mallocop::report {
namespace {

std::optional<GElf_Shdr> section_header(Elf* elf, GElf_Word index) {
  Elf_Scn* section = elf_getscn(elf, index);
  GElf_Shdr header;
  if (section == nullptr || gelf_getshdr(section, &header) == nullptr) return std::nullopt;
  return header;
}

// Hand-written assembly often gives its functions no type. A local name without a type is a label inside of one.
bool names_function(const GElf_Sym& symbol, const std::optional<GElf_Shdr>& section) {
  const unsigned type = GELF_ST_TYPE(symbol.st_info);
  if (type == STT_FUNC || type == STT_GNU_IFUNC) return true;
  return type == STT_NOTYPE && GELF_ST_BIND(symbol.st_info) != STB_LOCAL && section &&
         (section->sh_flags & SHF_EXECINSTR) != 0;
}

std::string_view without_version(const char* name) {
  const std::string_view text(name);
  const size_t version = text.find('@');
  return version == 0 ? text : text.substr(0, version);
}

template <typename Visit>
void each_section(Elf* elf, Visit visit) {
  for (Elf_Scn* section = elf_nextscn(elf, nullptr); section != nullptr; section = elf_nextscn(elf, section)) {
    GElf_Shdr header;
    if (gelf_getshdr(section, &header) != nullptr) visit(section, header);
  }
}

}  // namespace

ModuleCode::ModuleCode(const std::string& path) {
  std::error_code error;
  path_ = std::filesystem::canonical(path, error);
  if (!error) file_ = ModuleFile::open(path_, {});
  GElf_Addr bias = 0;
  Elf* elf = file_ ? dwfl_module_getelf(file_->dwfl_module(), &bias) : nullptr;
  GElf_Ehdr header;
  if (elf == nullptr || gelf_getehdr(elf, &header) == nullptr || header.e_machine != EM_X86_64 ||
      gelf_getclass(elf) != ELFCLASS64) {
    throw Error(ExitStatus::kInvalid, fmt::format("cannot read the code of '{}': it is no x86-64 ELF file", path));
  }
  read_segments(elf);
  read_symbols();
  read_relocations(elf);
}

std::unique_ptr<ModuleCode> ModuleCode::measured(const Module& module) {
  try {
    auto code = std::make_unique<ModuleCode>(module.path);
    const unsigned char* id = nullptr;
    GElf_Addr address = 0;
    const int size = std::max(0, dwfl_module_build_id(code->dwfl_module(), &id, &address));
    const bool same = std::equal(id, id + size, module.build_id.begin(), module.build_id.end());
    return same ? std::move(code) : nullptr;
  } catch (const Error&) {
    return nullptr;
  }
}

void ModuleCode::read_segments(Elf* elf) {
  size_t count = 0;
  size_t size = 0;
  const char* raw = elf_rawfile(elf, &size);
  if (raw == nullptr || elf_getphdrnum(elf, &count) != 0) return;
  const std::span<const uint8_t> file(reinterpret_cast<const uint8_t*>(raw), size);
  for (size_t index = 0; index < count; ++index) {
    GElf_Phdr segment;
    if (gelf_getphdr(elf, static_cast<int>(index), &segment) == nullptr || segment.p_type != PT_LOAD) continue;
    if (segment.p_offset > size || segment.p_vaddr + segment.p_filesz < segment.p_vaddr) continue;
    const uint64_t length = std::min<uint64_t>(segment.p_filesz, size - segment.p_offset);
    segments_.push_back({segment.p_vaddr, file.subspan(segment.p_offset, length), (segment.p_flags & PF_X) != 0});
  }
}

void ModuleCode::read_symbols() {
  Dwfl_Module* const module = file_->dwfl_module();
  const int count = dwfl_module_getsymtab(module);
  uint32_t source = 0;
  for (int index = 1; index < count; ++index) {
    GElf_Sym symbol;
    GElf_Addr address = 0;
    GElf_Word section = 0;
    Elf* elf = nullptr;
    const char* name = dwfl_module_getsym_info(module, index, &symbol, &address, &section, &elf, nullptr);
    const bool local = GELF_ST_BIND(symbol.st_info) == STB_LOCAL;
    if (local) has_symbol_table_ = true;
    if (GELF_ST_TYPE(symbol.st_info) == STT_FILE) ++source;
    if (name == nullptr || *name == '\0' || section == SHN_UNDEF || section == SHN_ABS || elf == nullptr) continue;
    if (!names_function(symbol, section_header(elf, section))) continue;
    symbols_.push_back({address - file_->bias(), symbol.st_size, without_version(name),
                        GELF_ST_TYPE(symbol.st_info) == STT_GNU_IFUNC, !local, local ? source : 0});
    if (symbols_.back().resolver) resolvers_.push_back(symbols_.back().address);
  }
  std::stable_sort(symbols_.begin(), symbols_.end(),
                   [](const CodeSymbol& a, const CodeSymbol& b) { return a.address < b.address; });
}

// Offsets of executables and shared libraries are addresses. What a symbol adds to an addend is left out where the
// symbol is another module's.
void ModuleCode::read_relocations(Elf* elf) {
  each_section(elf, [&](Elf_Scn* section, const GElf_Shdr& header) {
    if (header.sh_type != SHT_RELA || header.sh_entsize == 0 || (header.sh_flags & SHF_ALLOC) == 0) return;
    Elf_Data* const data = elf_getdata(section, nullptr);
    Elf_Scn* const names = elf_getscn(elf, header.sh_link);
    GElf_Shdr names_header = {};
    Elf_Data* const symbols = names != nullptr ? elf_getdata(names, nullptr) : nullptr;
    if (names != nullptr) gelf_getshdr(names, &names_header);
    const size_t count = data != nullptr ? data->d_size / header.sh_entsize : 0;
    for (size_t index = 0; index < count; ++index) {
      GElf_Rela relocation;
      if (gelf_getrela(data, static_cast<int>(index), &relocation) == nullptr) break;
      const auto addend = static_cast<uint64_t>(relocation.r_addend);
      const unsigned long type = GELF_R_TYPE(relocation.r_info);
      if (type == R_X86_64_IRELATIVE) resolvers_.push_back(addend);
      if (type == R_X86_64_RELATIVE && is_executable(addend)) relocated_.push_back(addend);
      if (type != R_X86_64_JUMP_SLOT && type != R_X86_64_GLOB_DAT && type != R_X86_64_64) continue;
      GElf_Sym symbol;
      const auto symbol_index = static_cast<int>(GELF_R_SYM(relocation.r_info));
      if (symbols == nullptr || gelf_getsym(symbols, symbol_index, &symbol) == nullptr) continue;
      const char* name = elf_strptr(elf, names_header.sh_link, symbol.st_name);
      if (name != nullptr && *name != '\0') imported_.emplace(relocation.r_offset, without_version(name));
      const uint64_t value = symbol.st_value + addend;
      if (type == R_X86_64_64 && symbol.st_shndx != SHN_UNDEF && is_executable(value)) relocated_.push_back(value);
    }
  });
  std::sort(resolvers_.begin(), resolvers_.end());
}

std::span<const uint8_t> ModuleCode::bytes(uint64_t address, uint64_t size) const {
  for (const Segment& segment : segments_) {
    if (address < segment.begin || address - segment.begin >= segment.bytes.size()) continue;
    const uint64_t offset = address - segment.begin;
    return segment.bytes.subspan(offset, std::min(size, segment.bytes.size() - offset));
  }
  return {};
}

bool ModuleCode::is_executable(uint64_t address) const {
  return std::any_of(segments_.begin(), segments_.end(), [&](const Segment& segment) {
    return segment.executable && address >= segment.begin && address - segment.begin < segment.bytes.size();
  });
}

uint64_t ModuleCode::next_symbol(uint64_t address) const {
  const auto next = std::upper_bound(symbols_.begin(), symbols_.end(), address,
                                     [](uint64_t value, const CodeSymbol& symbol) { return value < symbol.address; });
  return next == symbols_.end() ? UINT64_MAX : next->address;
}

bool ModuleCode::is_resolver(uint64_t address) const {
  return std::binary_search(resolvers_.begin(), resolvers_.end(), address);
}

std::string_view ModuleCode::imported(uint64_t slot) const {
  const auto found = imported_.find(slot);
  return found == imported_.end() ? std::string_view() : found->second;
}

// A pointer is aligned wherever compilers and linkers put one. Relocations of the compact kind (RELR) leave the link
// address in the file, so they are seen here; those with addends need not.
void ModuleCode::collect_addresses_in_data() {
  data_collected_ = true;
  in_data_ = relocated_;
  for (const Segment& segment : segments_) {
    const uint64_t skip = -segment.begin % sizeof(uint64_t);
    for (uint64_t at = skip; at + sizeof(uint64_t) <= segment.bytes.size(); at += sizeof(uint64_t)) {
      uint64_t value = 0;
      std::memcpy(&value, segment.bytes.data() + at, sizeof value);
      if (value != 0 && is_executable(value)) in_data_.push_back(value);
    }
  }
  std::sort(in_data_.begin(), in_data_.end());
}

std::span<const uint64_t> ModuleCode::addresses_in_data(AddressRange range) {
  if (!data_collected_) collect_addresses_in_data();
  const auto first = std::lower_bound(in_data_.begin(), in_data_.end(), range.begin);
  return {first, std::lower_bound(first, in_data_.end(), range.end)};
}

}  // namespace mallocop::report
