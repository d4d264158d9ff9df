#include "preload/bound_slot.h"

#include <dlfcn.h>
#include <elf.h>
#include <link.h>

#include <algorithm>
#include <cstring>

namespace mallocop::preload {
namespace {

// Relocations of a module, as its dynamic section says.
struct Relocations {
  uintptr_t first = 0;
  size_t size = 0;  // bytes

  bool bind(uintptr_t offset) const {
    const auto* const begin = reinterpret_cast<const Elf64_Rela*>(first);
    const auto binds = [offset](const Elf64_Rela& one) {
      const auto type = ELF64_R_TYPE(one.r_info);
      return one.r_offset == offset && (type == R_X86_64_JUMP_SLOT || type == R_X86_64_GLOB_DAT);
    };
    return first != 0 && std::any_of(begin, begin + size / sizeof(Elf64_Rela), binds);
  }
};

bool is_read_only_after_relocation(const dl_find_object& object, uintptr_t slot) {
  const auto begin = reinterpret_cast<uintptr_t>(object.dlfo_map_start);
  ElfW(Ehdr) header;
  std::memcpy(&header, object.dlfo_map_start, sizeof header);
  constexpr size_t kPage = 4096;  // of which the first is mapped with the header
  if (std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0 || header.e_phentsize != sizeof(ElfW(Phdr)) ||
      header.e_phoff > kPage || header.e_phoff + header.e_phnum * sizeof(ElfW(Phdr)) > kPage)
    return false;
  const auto* const segments = reinterpret_cast<const ElfW(Phdr)*>(begin + header.e_phoff);
  const uintptr_t offset = slot - object.dlfo_link_map->l_addr;
  return std::any_of(segments, segments + header.e_phnum, [offset](const ElfW(Phdr) & segment) {
    return segment.p_type == PT_GNU_RELRO && offset - segment.p_vaddr < segment.p_memsz;
  });
}

}  // namespace

bool is_bound_slot(uintptr_t slot) {
  dl_find_object object{};
  if (_dl_find_object(reinterpret_cast<void*>(slot), &object) != 0) return false;
  if (is_read_only_after_relocation(object, slot)) return true;
  const link_map& map = *object.dlfo_link_map;
  Relocations of_calls, others;
  for (const ElfW(Dyn)* entry = map.l_ld; entry != nullptr && entry->d_tag != DT_NULL; ++entry) {
    if (entry->d_tag == DT_JMPREL) of_calls.first = entry->d_un.d_ptr;
    if (entry->d_tag == DT_PLTRELSZ) of_calls.size = entry->d_un.d_val;
    if (entry->d_tag == DT_RELA) others.first = entry->d_un.d_ptr;
    if (entry->d_tag == DT_RELASZ) others.size = entry->d_un.d_val;
  }
  // The dynamic linker adds the bias to these in place, but not in every module.
  for (Relocations* const one : {&of_calls, &others})
    if (one->first != 0 && one->first < reinterpret_cast<uintptr_t>(object.dlfo_map_start)) one->first += map.l_addr;
  return of_calls.bind(slot - map.l_addr) || others.bind(slot - map.l_addr);
}

}  // namespace mallocop::preload
