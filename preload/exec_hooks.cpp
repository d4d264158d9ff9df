// A process that becomes another program stays the process that is measured.
//
// The host's environment has no trace of the shim (environment.h), so a program that it executes in its own place (a
// wrapper script, env, nice) would run unmeasured. These hooks hand the shim's variables to exec, and only there: what
// a child executes is not touched. The trace of the program that was is replaced by that of the program that is.
//
// An exec may come between vfork and the new program, or in a forked child of a program with threads: nothing here
// allocates or asks the dynamic linker. The real functions were looked up in the constructor.
#include "preload/exec_hooks.h"

#include <dlfcn.h>
#include <stdarg.h>
#include <unistd.h>

#include "preload/environment.h"
#include "preload/process.h"
#include "preload/sys.h"

namespace mallocop::preload {
namespace {

struct RealExec {
  decltype(&::execve) execve;
  decltype(&::execvpe) execvpe;
  decltype(&::fexecve) fexecve;
  decltype(&::execveat) execveat;
};
RealExec g_exec;

// The process itself, and not a child made by fork, or by vfork in its memory.
bool is_measured_process() { return g_process.is_running() && sys::process_id() == g_process.process_id; }

// The environment for an exec: the caller's, with the shim's variables if it is the measured process that executes.
// Memory is given back when the exec failed and the destructor runs.
class ExecEnvironment {
 public:
  explicit ExecEnvironment(char* const* environment) : environment_(environment) {
    if (environment == nullptr || !is_measured_process()) return;
    size_ = inherited_environment_size(environment);
    memory_ = sys::map_anonymous(size_);
    if (memory_ == nullptr) return;
    environment_ = inherit_environment(environment, g_process.trace.file().path(), g_process.session, memory_, size_);
  }
  ~ExecEnvironment() {
    if (memory_ != nullptr) sys::unmap(memory_, size_);
  }
  ExecEnvironment(const ExecEnvironment&) = delete;
  ExecEnvironment& operator=(const ExecEnvironment&) = delete;

  char* const* get() const { return environment_; }

 private:
  char* const* environment_;
  void* memory_ = nullptr;
  size_t size_ = 0;
};

// The arguments of execl and its like as an array. `after` is left behind their final null.
class ArgumentList {
 public:
  ArgumentList(const char* first, va_list& after) {
    va_list counted;
    va_copy(counted, after);
    size_t count = 1;
    if (first != nullptr)
      while (va_arg(counted, char*) != nullptr) ++count;
    va_end(counted);
    size_ = (count + 1) * sizeof(char*);
    arguments_ = static_cast<char**>(sys::map_anonymous(size_));
    if (arguments_ == nullptr) return;
    arguments_[0] = const_cast<char*>(first);
    for (size_t index = 1; arguments_[index - 1] != nullptr; ++index) arguments_[index] = va_arg(after, char*);
  }
  ~ArgumentList() {
    if (arguments_ != nullptr) sys::unmap(arguments_, size_);
  }
  ArgumentList(const ArgumentList&) = delete;
  ArgumentList& operator=(const ArgumentList&) = delete;

  char* const* get() const { return arguments_; }

 private:
  size_t size_;
  char** arguments_;
};

}  // namespace

void resolve_exec() {
  const auto look_up = [](auto& out, const char* name) {
    out = reinterpret_cast<std::remove_reference_t<decltype(out)>>(dlsym(RTLD_NEXT, name));
  };
  look_up(g_exec.execve, "execve");
  look_up(g_exec.execvpe, "execvpe");
  look_up(g_exec.fexecve, "fexecve");
  look_up(g_exec.execveat, "execveat");
}

}  // namespace mallocop::preload

using namespace mallocop::preload;

#define EXPORT extern "C" [[gnu::visibility("default")]]

// NOLINTBEGIN(readability-inconsistent-declaration-parameter-name): the C library names them differently

EXPORT int execve(const char* path, char* const* arguments, char* const* environment) noexcept {
  return g_exec.execve(path, arguments, ExecEnvironment(environment).get());
}

EXPORT int execv(const char* path, char* const* arguments) noexcept { return execve(path, arguments, environ); }

EXPORT int execvpe(const char* file, char* const* arguments, char* const* environment) noexcept {
  return g_exec.execvpe(file, arguments, ExecEnvironment(environment).get());
}

EXPORT int execvp(const char* file, char* const* arguments) noexcept { return execvpe(file, arguments, environ); }

EXPORT int fexecve(int descriptor, char* const* arguments, char* const* environment) noexcept {
  return g_exec.fexecve(descriptor, arguments, ExecEnvironment(environment).get());
}

EXPORT int execveat(int folder, const char* path, char* const* arguments, char* const* environment,
                    int flags) noexcept {
  return g_exec.execveat(folder, path, arguments, ExecEnvironment(environment).get(), flags);
}

EXPORT int execl(const char* path, const char* argument, ...) noexcept {
  va_list rest;
  va_start(rest, argument);
  const ArgumentList arguments(argument, rest);
  va_end(rest);
  return execve(path, arguments.get(), environ);
}

EXPORT int execlp(const char* file, const char* argument, ...) noexcept {
  va_list rest;
  va_start(rest, argument);
  const ArgumentList arguments(argument, rest);
  va_end(rest);
  return execvpe(file, arguments.get(), environ);
}

EXPORT int execle(const char* path, const char* argument, ...) noexcept {
  va_list rest;
  va_start(rest, argument);
  const ArgumentList arguments(argument, rest);
  char* const* const environment = va_arg(rest, char* const*);
  va_end(rest);
  return execve(path, arguments.get(), environment);
}

// NOLINTEND(readability-inconsistent-declaration-parameter-name)
