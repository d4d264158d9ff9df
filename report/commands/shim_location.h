// Where libmallocop.so is, for a build tree, an installation, and a copy anywhere else.
#pragma once

#include <string>

namespace mallocop::report {

// The library named by MALLOCOP_LIBRARY, or else the first that exists of: ../preload/ (build tree), ../lib/mallocop/
// and ../lib/x86_64-linux-gnu/mallocop/ beside the folder of this executable, and the folder it was installed to.
// An absolute path that LD_PRELOAD can hold. Throws Error (kError) if there is none.
std::string find_shim();

// Throws Error (kError) if the dynamic linker would not take `path` as one entry of LD_PRELOAD.
void require_preloadable(const std::string& path);

}  // namespace mallocop::report
