#include "report/symbols/demangle.h"

#include <libiberty/demangle.h>

#include <csetjmp>
#include <cstddef>

namespace mallocop::report {
namespace {

// A trace names any file it likes, and a file may hold any name: bounds for what the demangler is given and for what
// it may make of it. Honest names of heavy template code have a few KiB.
constexpr size_t kMaxMangled = size_t{16} << 10;
constexpr size_t kMaxDemangled = size_t{64} << 10;

// DMGL_NO_RECURSE_LIMIT is left out on purpose: without it the demangler gives up on names nested too deep.
constexpr int kOptions = DMGL_PARAMS | DMGL_ANSI | DMGL_RET_DROP;

bool looks_mangled(std::string_view name) {
  return name.starts_with("_Z") || name.starts_with("_R") || name.starts_with("_GLOBAL_");
}

// Collects what the demangler prints. A name of a few hundred bytes can print more than any memory holds (each
// substitution may double it), and the demangler has no way to be told to stop: so leave it by a jump. Only frames of
// C lie between, which own nothing.
struct Collector {
  std::string text;
  std::jmp_buf too_long;

  static void append(const char* piece, size_t size, void* self) {
    auto& collector = *static_cast<Collector*>(self);
    if (size > kMaxDemangled - collector.text.size()) std::longjmp(collector.too_long, 1);
    collector.text.append(piece, size);
  }
};

using Demangler = int (*)(const char*, int, demangle_callbackref, void*);

bool run(Demangler demangler, const char* mangled, Collector& collector) {
  collector.text.clear();
  if (setjmp(collector.too_long) != 0) return false;
  return demangler(mangled, kOptions, &Collector::append, &collector) != 0;
}

}  // namespace

std::string demangle(std::string_view name) {
  // "malloc@@GLIBC_2.2.5" and "malloc@GLIBC_2.2.5"; a name that starts with '@' has no version.
  const size_t version = name.find('@');
  if (version != std::string_view::npos && version != 0) name = name.substr(0, version);

  if (!looks_mangled(name) || name.size() > kMaxMangled) return std::string(name);

  const std::string terminated(name);
  Collector collector;
  // Rust first: a legacy Rust name is also a valid C++ name, only an ugly one.
  if (run(&rust_demangle_callback, terminated.c_str(), collector)) return collector.text;
  if (run(&cplus_demangle_v3_callback, terminated.c_str(), collector)) return collector.text;
  return terminated;
}

}  // namespace mallocop::report
