// See exec_hooks.cpp.
#pragma once

namespace mallocop::preload {

// Looks the real functions up. From the shim's constructor.
void resolve_exec();

}  // namespace mallocop::preload
