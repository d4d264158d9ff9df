// Definitions are looked up in the objects' own tables. dlsym would not do: in a program with a fixed address it gives
// a function's entry in the program's procedure linkage table for its address.
#include "preload/interposition.h"

#include <elf.h>
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

uint32_t gnu_hash(const char* name) {
  uint32_t hash = 5381;
  for (; *name != '\0'; ++name) hash = hash * 33 + static_cast<uint8_t>(*name);
  return hash;
}

// The symbols of a loaded object. One without GNU's hash table, which no linker of the last twenty years leaves out by
// itself, seems to have none.
class Symbols {
 public:
  explicit Symbols(const link_map& map) {
    for (const Elf64_Dyn* entry = map.l_ld; entry != nullptr && entry->d_tag != DT_NULL; ++entry) {
      // The dynamic linker has relocated these, but for the kernel's own object.
      const uintptr_t at = entry->d_un.d_ptr < map.l_addr ? entry->d_un.d_ptr + map.l_addr : entry->d_un.d_ptr;
      if (entry->d_tag == DT_SYMTAB) symbols_ = reinterpret_cast<const Elf64_Sym*>(at);
      if (entry->d_tag == DT_STRTAB) texts_ = reinterpret_cast<const char*>(at);
      if (entry->d_tag == DT_GNU_HASH) hash_ = reinterpret_cast<const uint32_t*>(at);
    }
    if (symbols_ == nullptr || texts_ == nullptr) hash_ = nullptr;
  }

  // A symbol that the hash table has: a definition, or the address that a program with a fixed address has for a
  // function of others.
  const Elf64_Sym* find(const char* name) const {
    if (hash_ == nullptr || hash_[0] == 0) return nullptr;
    const uint32_t buckets = hash_[0], first = hash_[1], filter_words = hash_[2];
    const uint32_t* const bucket = hash_ + 4 + size_t{2} * filter_words;
    const uint32_t* const chain = bucket + buckets;
    const uint32_t wanted = gnu_hash(name);
    uint32_t index = bucket[wanted % buckets];
    if (index < first) return nullptr;
    for (;; ++index) {
      const uint32_t hash = chain[index - first];
      if ((hash | 1) == (wanted | 1) && std::strcmp(texts_ + symbols_[index].st_name, name) == 0)
        return &symbols_[index];
      if ((hash & 1) != 0) return nullptr;
    }
  }

  const Elf64_Sym* definition(const char* name) const {
    const Elf64_Sym* const symbol = find(name);
    return symbol != nullptr && symbol->st_shndx != SHN_UNDEF ? symbol : nullptr;
  }

  // What an object asks others for stands before its first hashed symbol; or see find().
  bool asks_for_operator_new() const {
    if (hash_ == nullptr) return false;
    for (uint32_t index = 1; index < hash_[1]; ++index) {
      const char* const name = texts_ + symbols_[index].st_name;
      if (std::strncmp(name, "_Znw", 4) == 0 || std::strncmp(name, "_Zna", 4) == 0) return true;
    }
    const Elf64_Sym* const address = find("_Znwm");
    return address != nullptr && address->st_shndx == SHN_UNDEF;
  }

 private:
  const Elf64_Sym* symbols_ = nullptr;
  const char* texts_ = nullptr;
  const uint32_t* hash_ = nullptr;
};

struct Definition {
  const link_map* object = nullptr;
  void* address = nullptr;
};

// In the dynamic linker's order: the program, the preloaded libraries, then those that they need.
Definition first_definition(const char* name) {
  for (const link_map* map = _r_debug.r_map; map != nullptr; map = map->l_next) {
    if (const Elf64_Sym* const symbol = Symbols(*map).definition(name); symbol != nullptr)
      return {map, reinterpret_cast<void*>(map->l_addr + symbol->st_value)};
  }
  return {};
}

// libstdc++ is there with every allocator that is written in C++, whatever the program is written in.
bool is_runtime(const link_map& map) {
  return map.l_name != nullptr && std::strstr(map.l_name, "/libstdc++.so") != nullptr;
}

Definition definition_before_hook(const char* function) {
  const link_map* const own = object_of(reinterpret_cast<const void*>(&is_runtime));
  const Definition first = first_definition(function);
  return first.object == own ? Definition{} : first;
}

}  // namespace

void* definition_before_hook_of(const char* function) { return definition_before_hook(function).address; }

std::string_view object_before_hooks() {
  constexpr const char* kFunctions[] = {
#define HOOK(type, name, parameters, arguments) #name,
#include "preload/functions.def"
  };
  for (const char* const function : kFunctions) {
    if (std::strcmp(function, "dlclose") == 0) continue;  // allocates nothing
    const link_map* const object = definition_before_hook(function).object;
    if (object == nullptr) continue;
    // The program's own name is empty.
    return object->l_name == nullptr || *object->l_name == '\0' ? "the program" : object->l_name;
  }
  return "";
}

std::string_view allocator_with_operator_new(const void* real_malloc) {
  const link_map* const allocator = object_of(real_malloc);
  if (allocator == nullptr || first_definition("_Znwm").object != allocator) return "";
  for (const link_map* map = _r_debug.r_map; map != nullptr; map = map->l_next) {
    if (map != allocator && !is_runtime(*map) && Symbols(*map).asks_for_operator_new()) return allocator->l_name;
  }
  return "";
}

}  // namespace mallocop::preload
