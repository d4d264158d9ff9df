// Pointers that the dynamic linker fills in for good, told from variables that hold a function's address.
#pragma once

#include <cstdint>

namespace mallocop::preload {

// Whether the pointer at `slot` has one value for ever once it holds the address of a function: the relocation there
// puts the address of a symbol (a slot of the global offset table), or it becomes read-only after relocation. Takes no
// lock and calls nothing that does; reads the module's relocations, which takes a while.
bool is_bound_slot(uintptr_t slot);

}  // namespace mallocop::preload
