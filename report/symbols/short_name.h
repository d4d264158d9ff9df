// Names for the page that a person reads.
#pragma once

#include <string>
#include <string_view>

namespace mallocop::report {

// A demangled name (see demangle.h) without what only a compiler needs: parameters, return types, clone suffixes and
// ABI tags go, default template arguments and inline namespaces go, standard templates get their usual names
// ("std::string"), what a function over strings is a template of goes ("std::getline"), a long list of template
// arguments becomes "<...>", and a lambda is "{lambda#1}".
// A name that cannot be understood comes back as it is; one that is too long is cut and ends in "...".
std::string short_name(std::string_view demangled);

// The name as a page shows it: short, or as it is if the reader wants whole names (Profile::whole_names).
std::string shown_name(std::string_view demangled, bool whole);

// short_name() without any template arguments: "std::vector::_M_realloc_insert". For comparing with names that
// do not depend on what a template is filled with.
std::string bare_name(std::string_view demangled);

// The whole name, "std::vector<int>::vector(std::vector<int> const&)", without inline namespaces such as "__1::".
std::string without_inline_namespaces(std::string_view demangled);

}  // namespace mallocop::report
