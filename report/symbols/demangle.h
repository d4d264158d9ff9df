// From the names of linkers to the names of people.
#pragma once

#include <string>
#include <string_view>

namespace mallocop::report {

// The C++ or Rust (legacy and v0) name behind a mangled one, whole: with parameters and template arguments, without
// the return type and without Rust's hash, so that every result starts with the qualified name. A version suffix of
// the linker ("@GLIBC_2.2.5") goes. What is no mangled name, or is too long or too deep to be an honest one, comes back
// unchanged. Control characters stay; outputs escape them.
std::string demangle(std::string_view name);

}  // namespace mallocop::report
