// Giving the host the environment that it would have without the shim (environment.h).
#include <dlfcn.h>
#include <unistd.h>

#include "preload/arch/x86_64_start.h"
#include "preload/environment.h"

namespace {

// The executable's first call into the C library: by now the library has taken `environ` from the kernel's array, and
// nothing of the host's main program has looked at it. Returns the library's own function.
[[gnu::used]] void* before_main() {
  void* const next = dlsym(RTLD_NEXT, "__libc_start_main");
  if (char** const clean = mallocop::preload::g_clean_environment; clean != nullptr) environ = clean;
  return next;
}

}  // namespace

// Goes on in the library's function with the arguments as they came and without a frame of its own: the host's stacks
// have the frames that they have without the shim.
extern "C" [[gnu::visibility("default"), gnu::naked]] int __libc_start_main() {
  MALLOCOP_GO_ON_IN_RESULT_OF(before_main);
}
