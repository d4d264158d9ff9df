// The shim's variables, and taking them out of the host's environment again.
#pragma once

#include <cstddef>
#include <cstdint>

namespace mallocop::preload {

struct Options {
  const char* out = nullptr;   // MALLOCOP_OUT: the trace; %p process id, %e program, %% a percent sign
  const char* plan = nullptr;  // MALLOCOP_PLAN: which functions to stand before (trace/plan.h); of this program alone
  uint64_t replace = 0;        // MALLOCOP_REPLACE: the session whose trace may be overwritten; set by exec_hooks alone
};

// Reads the variables, and makes the environment that the host shall have: without them and without this library's own
// entry in LD_PRELOAD, so that what the host prints and what its children inherit is what it would be without the
// shim. Other preloads stay. The array that the kernel made is left alone: some programs find their auxiliary vector
// by walking past its end.
Options take_options(char** environment, const char* own_path);

// What take_options made, null before that or without memory; and the kernel's array, which it was given.
extern char** g_clean_environment;
extern char** g_kernel_environment;

// For a program that this process executes in its own place: `environment` with the variables that take_options takes,
// so that the program is measured with its trace at `trace_path`, where that of `session` lies. Everything is made in
// `memory`, of inherited_environment_size() bytes. Null if that is too small.
size_t inherited_environment_size(char* const* environment);
char** inherit_environment(char* const* environment, const char* trace_path, uint64_t session, void* memory,
                           size_t size);

// The absolute path of the trace: `pattern` (null: the default name) with its escapes replaced, relative to the
// working directory. False if it does not fit.
bool expand_trace_path(const char* pattern, const char* program, char* out, size_t size);

}  // namespace mallocop::preload
