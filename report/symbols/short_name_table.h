// What short_name() knows about the standard libraries: all its lists, each written here and nowhere else.
#pragma once

#include <cstddef>
#include <string_view>

namespace mallocop::report {

// Inline namespaces of libstdc++ and libc++, which nobody writes.
inline constexpr std::string_view kInlineNamespaces[] = {"__cxx11::", "__1::", "__fs::", "_V2::", "__cxx1998::"};

// Templates whose arguments from `keep` on have defaults, and go when they are the ones of the standard library.
struct DefaultedTemplate {
  std::string_view name;
  size_t keep;
};
inline constexpr DefaultedTemplate kDefaultedTemplates[] = {
    {"std::basic_string", 1},
    {"std::basic_string_view", 1},
    {"std::basic_ios", 1},
    {"std::basic_istream", 1},
    {"std::basic_ostream", 1},
    {"std::basic_iostream", 1},
    {"std::basic_streambuf", 1},
    {"std::basic_filebuf", 1},
    {"std::basic_ifstream", 1},
    {"std::basic_ofstream", 1},
    {"std::basic_fstream", 1},
    {"std::basic_stringbuf", 1},
    {"std::basic_istringstream", 1},
    {"std::basic_ostringstream", 1},
    {"std::basic_stringstream", 1},
    {"std::basic_regex", 1},
    {"std::vector", 1},
    {"std::deque", 1},
    {"std::list", 1},
    {"std::forward_list", 1},
    {"std::set", 1},
    {"std::multiset", 1},
    {"std::map", 2},
    {"std::multimap", 2},
    {"std::unordered_set", 1},
    {"std::unordered_multiset", 1},
    {"std::unordered_map", 2},
    {"std::unordered_multimap", 2},
    {"std::stack", 1},
    {"std::queue", 1},
    {"std::priority_queue", 1},
    {"std::unique_ptr", 1},
    {"std::_Vector_base", 1},
    {"std::_Deque_base", 1},
    {"std::_List_base", 1},
    {"std::_Fwd_list_base", 1},
    {"std::_Rb_tree", 2},
    {"std::_Hashtable", 2},
    {"__gnu_cxx::__normal_iterator", 1},
};

// The standard arguments that may go; each is followed by a '<' in a name.
inline constexpr std::string_view kStandardDefaults[] = {
    "std::allocator",
    "std::char_traits",
    "std::regex_traits",
    "std::less",
    "std::hash",
    "std::equal_to",
    "std::deque",
    "std::default_delete",
    "std::vector",
    "std::_Select1st",
    "std::_Identity",
    "std::string",
    "std::istreambuf_iterator",
    "std::ostreambuf_iterator",
    "std::__detail::",
};

// Functions of the C++ library over strings and streams are templates of a character and of what belongs to it
// ("std::getline<char, std::char_traits<char>, std::allocator<char>>"): that says nothing, but which character it is
// if it is another than this.
inline constexpr std::string_view kLibrary = "std::";
inline constexpr std::string_view kCharacters[] = {"char", "wchar_t", "char8_t", "char16_t", "char32_t"};
inline constexpr std::string_view kUsualCharacter = kCharacters[0];
inline constexpr std::string_view kCharacterParts[] = {"std::char_traits", "std::allocator"};

// Exact names that have a shorter one.
struct Alias {
  std::string_view name;
  std::string_view alias;
};
inline constexpr Alias kAliases[] = {
    {"std::basic_string<char>", "std::string"},
    {"std::basic_string<wchar_t>", "std::wstring"},
    {"std::basic_string<char8_t>", "std::u8string"},
    {"std::basic_string<char16_t>", "std::u16string"},
    {"std::basic_string<char32_t>", "std::u32string"},
    {"std::basic_string_view<char>", "std::string_view"},
    {"std::basic_regex<char>", "std::regex"},
    {"std::basic_regex<wchar_t>", "std::wregex"},
    {"std::basic_ios<char>", "std::ios"},
    {"std::basic_istream<char>", "std::istream"},
    {"std::basic_ostream<char>", "std::ostream"},
    {"std::basic_iostream<char>", "std::iostream"},
    {"std::basic_streambuf<char>", "std::streambuf"},
    {"std::basic_filebuf<char>", "std::filebuf"},
    {"std::basic_ifstream<char>", "std::ifstream"},
    {"std::basic_ofstream<char>", "std::ofstream"},
    {"std::basic_fstream<char>", "std::fstream"},
    {"std::basic_stringbuf<char>", "std::stringbuf"},
    {"std::basic_istringstream<char>", "std::istringstream"},
    {"std::basic_ostringstream<char>", "std::ostringstream"},
    {"std::basic_stringstream<char>", "std::stringstream"},
};

}  // namespace mallocop::report
