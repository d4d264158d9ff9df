// The C library's own initialisation, before its turn.
#pragma once

namespace mallocop::preload {

// For the constructor, which runs before that of the C library: gives it the process's arguments and environment as the
// dynamic linker will. Whoever calls dlopen before that must do so: it initialises the library, with what the library
// thinks the arguments are, and that is nothing yet. Constructors of the host's libraries would find no environment,
// and messages of the host no program name.
void initialise_c_library(int argc, char** argv, char** environment);

}  // namespace mallocop::preload
