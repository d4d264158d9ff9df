// See symbol_name.h.
#include "report/code/symbol_name.h"

#include <algorithm>
#include <cctype>
#include <initializer_list>
#include <iterator>

#include "report/symbols/demangle.h"

namespace mallocop::report {
namespace {

// What compilers and linkers put behind a dot when they copy, split or rename a function.
constexpr std::string_view kSuffixes[] = {"cold",  "part",       "isra",     "constprop", "llvm",
                                          "clone", "localalias", "lto_priv", "__uniq",    "specialized"};

bool is_number(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](unsigned char c) { return std::isdigit(c) != 0; });
}

// The last suffix with its dot and its number, "" if the name ends in none: ".cold", ".part.0", ".llvm.123".
std::string_view last_suffix(std::string_view name) {
  size_t dot = name.rfind('.');
  if (dot == std::string_view::npos || dot == 0) return {};
  std::string_view word = name.substr(dot + 1);
  if (is_number(word)) {
    const size_t before = name.rfind('.', dot - 1);
    if (before == std::string_view::npos || before == 0) return {};
    word = name.substr(before + 1, dot - before - 1);
    dot = before;
  }
  const bool known = std::find(std::begin(kSuffixes), std::end(kSuffixes), word) != std::end(kSuffixes);
  return known ? name.substr(dot) : std::string_view();
}

bool is_suffix(std::string_view suffix, std::string_view word) {
  return suffix.size() > word.size() && suffix.substr(1).starts_with(word) &&
         (suffix.size() == word.size() + 1 || suffix[word.size() + 1] == '.');
}

// `_ZN1AD0Ev`: "D0" behind the class's name, at the end of a nested name and followed by its parameters, of which a
// destructor has none.
bool is_deleting_destructor(std::string_view base) { return base.starts_with("_ZN") && base.ends_with("D0Ev"); }

bool starts_with_any(std::string_view name, std::initializer_list<std::string_view> beginnings) {
  return std::any_of(beginnings.begin(), beginnings.end(), [&](std::string_view one) { return name.starts_with(one); });
}

}  // namespace

SymbolName read_symbol_name(std::string_view mangled) {
  SymbolName name{mangled, {}, SymbolPart::kWhole};
  for (std::string_view suffix; !(suffix = last_suffix(name.base)).empty();) {
    const std::string_view owner = name.base.substr(0, name.base.size() - suffix.size());
    const bool cold = is_suffix(suffix, "cold");
    if (name.owner.empty() && (cold || is_suffix(suffix, "part"))) {
      name.part = cold ? SymbolPart::kCold : SymbolPart::kOutlined;
      name.owner = owner;
    }
    name.base = owner;
  }
  if (name.part != SymbolPart::kWhole) return name;
  if (starts_with_any(name.base, {"_ZTh", "_ZTv", "_ZTc"})) name.part = SymbolPart::kThunk;
  if (is_deleting_destructor(name.base)) name.part = SymbolPart::kDeleting;
  if (starts_with_any(name.base, {"_ZTH", "_ZTW", "_ZGV", "_ZGR", "_GLOBAL__"})) name.part = SymbolPart::kNotCalled;
  return name;
}

std::string function_name_of(const SymbolName& name) {
  std::string text = demangle(name.base);
  for (const std::string_view prefix :
       {"non-virtual thunk to ", "virtual thunk to ", "covariant return thunk to ", "transaction clone for "}) {
    if (text.starts_with(prefix)) text.erase(0, prefix.size());
  }
  return text;
}

}  // namespace mallocop::report
