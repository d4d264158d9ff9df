// Giving the host the environment that it would have without the shim (environment.h).
#include <dlfcn.h>
#include <unistd.h>

#include "preload/arch/x86_64_start.h"
#include "preload/environment.h"

namespace {

// The executable's first call into the C library, and nothing of the host's main program has looked at `environ` yet.
// It is the kernel's array if the library was initialised by the dynamic linker; a constructor of the host's may have
// changed what it got instead. Returns the library's own function.
[[gnu::used]] void* before_main() {
  void* const next = dlsym(RTLD_NEXT, "__libc_start_main");
  char** const clean = mallocop::preload::g_clean_environment;
  if (clean != nullptr && environ == mallocop::preload::g_kernel_environment) environ = clean;
  return next;
}

}  // namespace

// Goes on in the library's function with the arguments as they came and without a frame of its own: the host's stacks
// have the frames that they have without the shim.
extern "C" [[gnu::visibility("default"), gnu::naked]] int __libc_start_main() {
  MALLOCOP_GO_ON_IN_RESULT_OF(before_main);
}
