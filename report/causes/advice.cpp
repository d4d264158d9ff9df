#include "report/causes/advice.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <iterator>

#include "report/support/units.h"

namespace mallocop::report {
namespace {

struct KnownSize {
  std::string_view type;
  uint64_t bytes;
};
constexpr KnownSize kKnownSizes[] = {
    {"char", 1},           {"signed char", 1},  {"unsigned char", 1},
    {"std::byte", 1},      {"char8_t", 1},      {"short", 2},
    {"unsigned short", 2}, {"char16_t", 2},     {"int", 4},
    {"unsigned int", 4},   {"float", 4},        {"char32_t", 4},
    {"wchar_t", 4},        {"long", 8},         {"unsigned long", 8},
    {"long long", 8},      {"double", 8},       {"unsigned long long", 8},
    {"long double", 16},   {"std::string", 32}, {"std::string_view", 16},
};
constexpr KnownSize kKnownTemplates[] = {{"std::shared_ptr<", 16}, {"std::weak_ptr<", 16}, {"std::vector<", 24}};

// "int" of "std::vector<int>".
std::string_view element_of(std::string_view type) {
  const size_t open = type.find('<');
  if (open == std::string_view::npos || !type.ends_with('>')) return {};
  return type.substr(open + 1, type.size() - open - 2);
}

// "reserve(64)"; "reserve(512 / sizeof(Token))", where the size of an element is not known.
std::string reserve_call(std::string_view type, uint64_t bytes) {
  const std::string_view element = element_of(type);
  if (element == "bool") return fmt::format("reserve({})", 8 * bytes);
  if (const uint64_t size = size_of_type(element); size != 0 && bytes >= size) {
    return fmt::format("reserve({})", bytes / size);
  }
  if (element.empty() || element.find("...") != std::string_view::npos || element.find(',') != std::string_view::npos) {
    return fmt::format("reserve() {} of", format_size(bytes));
  }
  return fmt::format("reserve({} / sizeof({}))", bytes, element);
}

std::string_view choose(const Cause& cause, const SiteGroup& group) {
  if (group.inside && group.fades && !cause.advice_first.empty()) return cause.advice_first;
  const bool once = group.inside && !grows(group, cause.grows_by_realloc);
  return once && !cause.advice_once.empty() ? cause.advice_once : cause.advice;
}

}  // namespace

uint64_t size_of_type(std::string_view type) {
  if (type.ends_with('*')) return sizeof(void*);
  const auto* known = std::find_if(std::begin(kKnownSizes), std::end(kKnownSizes),
                                   [&](const KnownSize& each) { return each.type == type; });
  if (known != std::end(kKnownSizes)) return known->bytes;
  const auto* begun = std::find_if(std::begin(kKnownTemplates), std::end(kKnownTemplates),
                                   [&](const KnownSize& each) { return type.starts_with(each.type); });
  return begun != std::end(kKnownTemplates) && type.ends_with('>') ? begun->bytes : 0;
}

std::string advice_text(const Cause& cause, std::string_view type, const SiteGroup& group) {
  const uint64_t largest = group.largest;
  constexpr uint64_t kBucket = sizeof(void*);
  const uint64_t each_call = group.calls == 0 ? group.bytes : (group.bytes + group.calls - 1) / group.calls;
  return fmt::format(fmt::runtime(choose(cause, group)), fmt::arg("type", type),
                     fmt::arg("largest", format_size(largest)), fmt::arg("bytes", largest),
                     fmt::arg("reserve", reserve_call(type, largest)),
                     fmt::arg("characters", std::max<uint64_t>(largest, 1) - 1), fmt::arg("buckets", largest / kBucket),
                     fmt::arg("each_call", format_size(each_call)));
}

}  // namespace mallocop::report
