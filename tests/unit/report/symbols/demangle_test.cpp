#include "report/symbols/demangle.h"

#include <gtest/gtest.h>

#include <string>

namespace mallocop::report {
namespace {

TEST(Demangle, GivesCxxNamesWithParametersAndWithoutReturnType) {
  EXPECT_EQ(demangle("_ZNSt6vectorIiSaIiEEC4Ev"), "std::vector<int, std::allocator<int> >::vector()");
  EXPECT_EQ(demangle("_Z3runIiEvT_"), "run<int>(int)");
  EXPECT_EQ(demangle("_ZZ4mainENKUliE_clEi"), "main::{lambda(int)#1}::operator()(int) const");
  EXPECT_EQ(demangle("_ZL3barv.isra.0"), "bar() [clone .isra.0]");
  EXPECT_EQ(demangle("_Znwm"), "operator new(unsigned long)");
}

TEST(Demangle, GivesRustNamesOfBothSchemesWithoutHash) {
  EXPECT_EQ(demangle("_ZN4core3fmt9Formatter3pad17h0123456789abcdefE"), "core::fmt::Formatter::pad");
  EXPECT_EQ(demangle("_ZN54_$LT$alloc..vec..Vec$LT$T$GT$$u20$as$u20$core..Foo$GT$3foo17h0123456789abcdefE"),
            "<alloc::vec::Vec<T> as core::Foo>::foo");
  EXPECT_EQ(demangle("_RNvCs1234_7mycrate3foo"), "mycrate::foo");
}

TEST(Demangle, LeavesOtherNamesAlone) {
  EXPECT_EQ(demangle("main"), "main");
  EXPECT_EQ(demangle(""), "");
  EXPECT_EQ(demangle("_Zgarbage"), "_Zgarbage");
  EXPECT_EQ(demangle("i"), "i");  // also the code of a type
  EXPECT_EQ(demangle("_Z3run\x1b[31m"), "_Z3run\x1b[31m");
}

TEST(Demangle, DropsTheVersionOfALinker) {
  EXPECT_EQ(demangle("malloc@@GLIBC_2.2.5"), "malloc");
  EXPECT_EQ(demangle("_Znwm@GLIBCXX_3.4"), "operator new(unsigned long)");
}

TEST(Demangle, GivesUpOnDeepNames) {
  const std::string deep = "_Z1f" + std::string(12'000, 'P') + "i";
  EXPECT_EQ(demangle(deep), deep);
}

TEST(Demangle, GivesUpOnLongNames) {
  const std::string name(20'000, 'a');
  const std::string mangled = "_Z" + std::to_string(name.size()) + name + "v";
  EXPECT_EQ(demangle(mangled), mangled);
}

TEST(Demangle, GivesUpOnNamesThatDoubleThemselves) {
  // f(A<int, int>, A<that, that>, A<that, that>, …): each argument prints twice the one before it.
  std::string bomb = "_Z1f1AIiiE";
  constexpr char kDigits[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  for (int level = 0; level < 30; ++level) {
    const std::string last = std::string("S") + kDigits[level] + "_";
    bomb += "S_I" + last + last + "E";
  }
  EXPECT_EQ(demangle(bomb), bomb);
}

}  // namespace
}  // namespace mallocop::report
