// The shared libraries that a program will be started with.
#pragma once

#include <string>
#include <vector>

namespace mallocop::report {

// Absolute paths, in the order of loading, as the program's own dynamic linker finds them with the environment that we
// have. It is asked to list them; no code of the program or of a library runs. Left out are the C library, its parts,
// the dynamic linker and mallocop's own library. Throws Error (kInvalid) if the linker cannot tell.
std::vector<std::string> libraries_of(const std::string& program);

}  // namespace mallocop::report
