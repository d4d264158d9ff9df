// The functions in the C library's own list are run, by us and then by the dynamic linker once more: they store the
// arguments, and the second time the same ones.
#include "preload/c_library.h"

#include <elf.h>
#include <gnu/libc-version.h>
#include <link.h>

#include "preload/modules.h"

namespace mallocop::preload {

void initialise_c_library(int argc, char** argv, char** environment) {
  dl_find_object object{};
  if (!find_object(reinterpret_cast<uintptr_t>(&gnu_get_libc_version), object)) return;
  const link_map& library = *object.dlfo_link_map;
  uintptr_t functions = 0;
  size_t size = 0;
  for (const ElfW(Dyn)* entry = library.l_ld; entry->d_tag != DT_NULL; ++entry) {
    if (entry->d_tag == DT_INIT_ARRAY) functions = library.l_addr + entry->d_un.d_ptr;
    if (entry->d_tag == DT_INIT_ARRAYSZ) size = entry->d_un.d_val;
  }
  using Function = void (*)(int, char**, char**);
  const auto* const first = reinterpret_cast<const Function*>(functions);
  for (size_t index = 0; functions != 0 && index < size / sizeof(Function); ++index) {
    first[index](argc, argv, environment);
  }
}

}  // namespace mallocop::preload
