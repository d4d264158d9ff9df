// The name of a trace, and the place for it: what stands there already is removed only if it is a trace itself.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

namespace mallocop::report {

// A pattern that stands for `path` itself.
std::string escape_percent(const std::string& path);

// Absolute path of the trace to write, in which the shim will replace %p (process id), %e (program) and %% (a percent
// sign); `named` is what -o gave. Throws Error (kUsage) for "-": a trace is a mapped file.
std::string trace_pattern(const std::optional<std::string>& named, const std::string& program);

// What the shim makes of the pattern in that process.
std::string expand_trace_pattern(const std::string& pattern, pid_t process, const std::string& program);

// The shim never overwrites a file. Removes an old trace and its companion from `path`; throws Error (kError) if
// something else stands there or if the folder cannot be written to.
void clear_trace_place(const std::string& path);

}  // namespace mallocop::report
