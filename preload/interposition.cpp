#include "preload/interposition.h"

#include <dlfcn.h>
#include <elf.h>
#include <gnu/libc-version.h>
#include <link.h>

#include <cstdint>
#include <cstring>

#include "preload/modules.h"

namespace mallocop::preload {
namespace {

const link_map* object_of(const void* address) {
  dl_find_object object{};
  return find_object(reinterpret_cast<uintptr_t>(address), object) ? object.dlfo_link_map : nullptr;
}

// The tables of an object's dynamic section; null where it has none.
struct Tables {
  const Elf64_Sym* symbols = nullptr;
  const char* texts = nullptr;
  const uint32_t* hash = nullptr;  // of GNU's kind
};

Tables tables_of(const link_map& map) {
  Tables tables;
  for (const Elf64_Dyn* entry = map.l_ld; entry != nullptr && entry->d_tag != DT_NULL; ++entry) {
    // The dynamic linker has relocated these, but for the kernel's own object.
    const uintptr_t at = entry->d_un.d_ptr < map.l_addr ? entry->d_un.d_ptr + map.l_addr : entry->d_un.d_ptr;
    if (entry->d_tag == DT_SYMTAB) tables.symbols = reinterpret_cast<const Elf64_Sym*>(at);
    if (entry->d_tag == DT_STRTAB) tables.texts = reinterpret_cast<const char*>(at);
    if (entry->d_tag == DT_GNU_HASH) tables.hash = reinterpret_cast<const uint32_t*>(at);
  }
  return tables;
}

// What an object asks others for stands before its first hashed symbol.
bool asks_for_operator_new(const link_map& map) {
  const Tables tables = tables_of(map);
  if (tables.symbols == nullptr || tables.texts == nullptr || tables.hash == nullptr) return false;
  for (uint32_t index = 1; index < tables.hash[1]; ++index) {
    const char* const name = tables.texts + tables.symbols[index].st_name;
    if (std::strncmp(name, "_Znw", 4) == 0 || std::strncmp(name, "_Zna", 4) == 0) return true;
  }
  return false;
}

// libstdc++ is there with every allocator that is written in C++, whatever the program is written in.
bool is_runtime(const link_map& map) {
  return map.l_name != nullptr && std::strstr(map.l_name, "/libstdc++.so") != nullptr;
}

}  // namespace

void* first_definition_not_ours(const char* function) {
  // The shim's own symbols are looked up like everybody's, so their addresses tell nothing; an address of a function
  // that is not exported does.
  static const link_map* const own = object_of(reinterpret_cast<const void*>(&is_runtime));
  void* const first = dlsym(RTLD_DEFAULT, function);
  return first != nullptr && object_of(first) != own ? first : nullptr;
}

std::string_view object_before_hooks() {
  constexpr const char* kFunctions[] = {
#define HOOK(type, name, parameters, arguments) #name,
#include "preload/functions.def"
  };
  for (const char* const function : kFunctions) {
    if (std::strcmp(function, "dlclose") == 0) continue;  // allocates nothing
    const void* const first = first_definition_not_ours(function);
    if (first == nullptr) continue;
    const link_map* const object = object_of(first);
    // The program's own name is empty.
    return object == nullptr || object->l_name == nullptr || *object->l_name == '\0' ? "the program" : object->l_name;
  }
  return "";
}

std::string_view allocator_with_operator_new(const void* real_malloc) {
  const link_map* const allocator = object_of(real_malloc);
  if (allocator == nullptr || allocator == object_of(reinterpret_cast<const void*>(&gnu_get_libc_version))) return "";
  const void* const operator_new = dlsym(RTLD_DEFAULT, "_Znwm");
  if (operator_new == nullptr || object_of(operator_new) != allocator) return "";
  for (const link_map* map = _r_debug.r_map; map != nullptr; map = map->l_next) {
    if (map != allocator && !is_runtime(*map) && asks_for_operator_new(*map)) return allocator->l_name;
  }
  return "";
}

}  // namespace mallocop::preload
