#include "preload/environment.h"

#include <cstring>

#include "preload/sys.h"
#include "preload/text.h"

namespace mallocop::preload {

char** g_clean_environment = nullptr;
char** g_kernel_environment = nullptr;
static const char* g_own_path = "";

namespace {

constexpr char kPreload[] = "LD_PRELOAD=";
constexpr char kOut[] = "MALLOCOP_OUT=";
constexpr char kPlan[] = "MALLOCOP_PLAN=";
constexpr char kReplace[] = "MALLOCOP_REPLACE=";
// The shim's three variables at their longest, and the ends of the array.
constexpr size_t kMaxInherited = 3 * 4096 + 2 * 4096 + 64;
constexpr char kDefaultName[] = "mallocop.%e.%p.mcop";

const char* base_name(const char* path) {
  const char* const slash = std::strrchr(path, '/');
  return slash == nullptr ? path : slash + 1;
}

// What follows the name and the equals sign, if `variable` has that name.
const char* value_of(const char* variable, const char* name) {
  const size_t length = std::strlen(name);
  return std::strncmp(variable, name, length) == 0 ? variable + length : nullptr;
}

uint64_t to_number(const char* digits) {
  uint64_t value = 0;
  for (; *digits >= '0' && *digits <= '9'; ++digits) value = 10 * value + static_cast<uint64_t>(*digits - '0');
  return value;
}

bool is_ours(const char* entry, size_t length, const char* own_path) {
  const char* const own_name = base_name(own_path);
  const size_t own_length = std::strlen(own_name);
  return length >= own_length && std::memcmp(entry + length - own_length, own_name, own_length) == 0 &&
         (length == own_length || entry[length - own_length - 1] == '/');
}

// LD_PRELOAD without our entry, in memory of the shim's. Null: nothing else was in it.
char* without_own_entry(const char* list, const char* own_path) {
  static char rest[16384];
  Text text(rest, sizeof rest);
  text.add(kPreload);
  const size_t empty = text.used();
  while (*list != '\0') {
    const size_t length = std::strcspn(list, ": ");
    if (length > 0 && !is_ours(list, length, own_path)) {
      if (text.used() > empty) text.add(":");
      text.add(list, length);
    }
    list += length;
    list += *list != '\0';
  }
  return text.used() > empty && text.valid() ? rest : nullptr;
}

}  // namespace

Options take_options(char** environment, const char* own_path) {
  Options options;
  g_own_path = own_path;
  size_t count = 0;
  while (environment[count] != nullptr) ++count;
  auto** const clean = static_cast<char**>(sys::map_anonymous((count + 1) * sizeof(char*)));
  char** kept = clean;
  const auto keep = [&](char* variable) {
    if (kept != nullptr) *kept++ = variable;
  };
  for (char** variable = environment; *variable != nullptr; ++variable) {
    if (const char* const out = value_of(*variable, kOut); out != nullptr) {
      options.out = out;
    } else if (const char* const plan = value_of(*variable, kPlan); plan != nullptr) {
      options.plan = plan;
    } else if (const char* const session = value_of(*variable, kReplace); session != nullptr) {
      options.replace = to_number(session);
    } else if (const char* const preload = value_of(*variable, kPreload); preload != nullptr) {
      if (char* const rest = without_own_entry(preload, own_path); rest != nullptr) keep(rest);
    } else {
      keep(*variable);
    }
  }
  g_clean_environment = clean;
  g_kernel_environment = environment;
  return options;
}

size_t inherited_environment_size(char* const* environment) {
  size_t size = kMaxInherited;
  for (char* const* variable = environment; *variable != nullptr; ++variable)
    size += sizeof(char*) + (value_of(*variable, kPreload) == nullptr ? 0 : std::strlen(*variable));
  return size;
}

char** inherit_environment(char* const* environment, const char* trace_path, uint64_t session, void* memory,
                           size_t size) {
  size_t count = 3;
  for (char* const* variable = environment; *variable != nullptr; ++variable) ++count;
  auto** const pointers = static_cast<char**>(memory);
  auto* const texts = reinterpret_cast<char*>(pointers + count + 1);
  Text text(texts, static_cast<size_t>(static_cast<char*>(memory) + size - texts));
  char** next = pointers;
  const auto begin_variable = [&](const char* name) {
    *next++ = texts + text.used();
    text.add(name);
  };

  begin_variable(kPreload);
  text.add(g_own_path);
  for (char* const* variable = environment; *variable != nullptr; ++variable) {
    const char* const others = value_of(*variable, kPreload);
    if (others == nullptr || *others == '\0') continue;
    text.add(":");
    text.add(others);
  }
  text.end();
  begin_variable(kOut);
  for (const char* at = trace_path; *at != '\0'; ++at) {
    text.add(at, 1);
    if (*at == '%') text.add("%");
  }
  text.end();
  begin_variable(kReplace);
  text.add_number(session);
  text.end();
  for (char* const* variable = environment; *variable != nullptr; ++variable)
    if (value_of(*variable, kPreload) == nullptr) *next++ = *variable;
  *next = nullptr;
  return text.valid() ? pointers : nullptr;
}

bool expand_trace_path(const char* pattern, const char* program, char* out, size_t size) {
  if (pattern == nullptr || *pattern == '\0') pattern = kDefaultName;
  Text text(out, size);
  if (*pattern != '/') {
    char directory[4096];
    if (failed(sys::getcwd(directory, sizeof directory))) return false;
    text.add(directory);
    if (directory[1] != '\0') text.add("/");
  }
  for (; *pattern != '\0'; ++pattern) {
    if (pattern[0] == '%' && pattern[1] == 'p') {
      text.add_number(sys::process_id());
      ++pattern;
    } else if (pattern[0] == '%' && pattern[1] == 'e') {
      text.add(base_name(program));
      ++pattern;
    } else if (pattern[0] == '%' && pattern[1] == '%') {
      text.add("%");
      ++pattern;
    } else {
      text.add(pattern, 1);
    }
  }
  return text.valid();
}

}  // namespace mallocop::preload
