// The few functions of libunwind that the shim uses, bound at run time.
//
// The shim must not be linked to libunwind: a DT_NEEDED entry would put libunwind's own _Unwind_* functions into the
// host's global scope, where C++ libraries that a C program opens later would find them first.
#pragma once

#include <dlfcn.h>
#include <libunwind.h>

namespace mallocop::preload {

#define MALLOCOP_LIBUNWIND_FUNCTIONS(F) \
  F(create_addr_space)                  \
  F(set_caching_policy)                 \
  F(init_remote)                        \
  F(step)                               \
  F(get_reg)                            \
  F(get_save_loc)                       \
  F(is_signal_frame)                    \
  F(dwarf_search_unwind_table)

extern "C" int _Ux86_64_dwarf_search_unwind_table(unw_addr_space_t, unw_word_t, unw_dyn_info_t*, unw_proc_info_t*, int,
                                                  void*);

struct LibunwindApi {
// NOLINTBEGIN(bugprone-macro-parentheses): names of members
#define F(name) decltype(&_Ux86_64_##name) name;
  MALLOCOP_LIBUNWIND_FUNCTIONS(F)
#undef F

  // False if the library or one of the functions is missing.
  bool load() {
    void* const library = dlopen("libunwind-x86_64.so.8", RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) return false;
    bool complete = true;
#define F(name)                                                               \
  name = reinterpret_cast<decltype(name)>(dlsym(library, "_Ux86_64_" #name)); \
  complete = complete && name != nullptr;
    MALLOCOP_LIBUNWIND_FUNCTIONS(F)
#undef F
    // NOLINTEND(bugprone-macro-parentheses)
    return complete;
  }
};

}  // namespace mallocop::preload
