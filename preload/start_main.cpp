// Giving the host the environment that it would have without the shim (environment.h).
#include <dlfcn.h>
#include <unistd.h>

#include "preload/environment.h"

// The executable's first call into the C library: by now the library has taken `environ` from the kernel's array, and
// nothing of the host's main program has looked at it.
extern "C" [[gnu::visibility("default")]] int __libc_start_main(int (*main)(int, char**, char**), int argc, char** argv,
                                                                int (*init)(int, char**, char**), void (*fini)(),
                                                                void (*rtld_fini)(), void* stack_end) {
  const auto next = reinterpret_cast<decltype(&__libc_start_main)>(dlsym(RTLD_NEXT, "__libc_start_main"));
  if (char** const clean = mallocop::preload::g_clean_environment; clean != nullptr) environ = clean;
  return next(main, argc, argv, init, fini, rtld_fini, stack_end);
}
