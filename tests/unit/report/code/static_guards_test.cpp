// Of this program itself: what its own functions call while they make their static variables.
#include "report/code/static_guards.h"

#include <dlfcn.h>
#include <gtest/gtest.h>
#include <link.h>

#include <algorithm>
#include <vector>

#include "report/code/module_code.h"

namespace mallocop::report {
namespace {

std::vector<uint64_t> g_calls;  // where note() was called, less one

[[gnu::noinline]] int note(int number) {
  Dl_info info = {};
  link_map* map = nullptr;
  void* const caller = __builtin_return_address(0);
  dladdr1(caller, &info, reinterpret_cast<void**>(&map), RTLD_DL_LINKMAP);
  g_calls.push_back(reinterpret_cast<uint64_t>(caller) - 1 - map->l_addr);
  return number;
}

}  // namespace

// Not in the namespace above: their names are looked for.
extern "C" {
[[gnu::noinline]] int two_variables(int count) {
  int sum = note(0);
  static const std::vector<int> first = {
      note(1),
      note(2),
  };
  sum += note(3) + first[0];
  static const std::vector<int> second = [count] {
    std::vector<int> made;
    for (int index = 0; index < count; ++index) {
      if (index % 2 == 0) made.push_back(note(4));
    }
    return made;
  }();
  sum += note(5) + second[0];
  return sum;
}

[[gnu::noinline]] int no_variable(int count) {
  static int calls = 0;
  calls += count;
  return calls + note(6);
}
}

namespace {

std::vector<AddressRange> code_of(std::string_view name) {
  const ModuleCode module("/proc/self/exe");
  for (const CodeSymbol& symbol : module.symbols()) {
    if (symbol.name == name) return {{symbol.address, symbol.address + symbol.size}};
  }
  return {};
}

Module own_module() {
  Module module;
  module.path = "/proc/self/exe";
  const ModuleCode code("/proc/self/exe");
  const unsigned char* id = nullptr;
  GElf_Addr address = 0;
  const int size = dwfl_module_build_id(code.dwfl_module(), &id, &address);
  if (size > 0) module.build_id.assign(id, id + size);
  return module;
}

TEST(StaticGuards, AreFoundForAllThatMakesTheVariable) {
  g_calls.clear();
  two_variables(1);
  const std::vector<uint64_t> calls = g_calls;
  ASSERT_GE(calls.size(), 5U);
  const std::vector<AddressRange> function = code_of("two_variables");
  ASSERT_FALSE(function.empty());
  const FindGuard guard = static_guards_of(own_module());
  EXPECT_EQ(guard(function, calls[0]), std::nullopt) << "before";
  const auto first = guard(function, calls[1]);
  ASSERT_TRUE(first);
  EXPECT_TRUE(function[0].begin < *first && *first < function[0].end);
  EXPECT_EQ(guard(function, calls[2]), first) << "another line of the same variable";
  EXPECT_EQ(guard(function, calls[3]), std::nullopt) << "between the two";
  EXPECT_EQ(guard(function, calls.back()), std::nullopt) << "behind both";
  // Of the lambda, inlined or not, two_variables() has the call or the code.
  if (function[0].begin <= calls[4] && calls[4] < function[0].end) {
    const auto second = guard(function, calls[4]);
    ASSERT_TRUE(second);
    EXPECT_NE(second, first);
  }
}

TEST(StaticGuards, AVariableThatNeedsNoCodeHasNone) {
  g_calls.clear();
  no_variable(1);
  ASSERT_EQ(g_calls.size(), 1U);
  EXPECT_EQ(static_guards_of(own_module())(code_of("no_variable"), g_calls[0]), std::nullopt);
}

TEST(StaticGuards, OfAnotherFileThereAreNone) {
  g_calls.clear();
  two_variables(1);
  const std::vector<AddressRange> function = code_of("two_variables");
  Module other = own_module();
  other.build_id.push_back(1);
  Module none;
  none.path = "/nonexistent";
  Module text;
  text.path = "/etc/passwd";
  for (const Module& module : {other, none, text}) {
    const FindGuard guard = static_guards_of(module);
    for (uint64_t at = function[0].begin; at < function[0].end; ++at) EXPECT_EQ(guard(function, at), std::nullopt);
  }
}

}  // namespace
}  // namespace mallocop::report
