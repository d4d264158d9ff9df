#include "report/code/symbol_name.h"

#include <gtest/gtest.h>

namespace mallocop::report {
namespace {

struct Case {
  const char* mangled;
  SymbolPart part;
  const char* name;
  const char* owner;
};

TEST(SymbolName, TellsClonesPartsAndThunks) {
  const Case cases[] = {
      {"parse", SymbolPart::kWhole, "parse", ""},
      {"parse.cold", SymbolPart::kCold, "parse", "parse"},
      {"parse.cold.12", SymbolPart::kCold, "parse", "parse"},
      {"parse.part.0", SymbolPart::kOutlined, "parse", "parse"},
      {"parse.part.0.cold", SymbolPart::kCold, "parse", "parse.part.0"},
      {"parse.constprop.0", SymbolPart::kWhole, "parse", ""},
      {"parse.constprop.0.isra.0", SymbolPart::kWhole, "parse", ""},
      {"parse.isra.0.cold", SymbolPart::kCold, "parse", "parse.isra.0"},
      {"parse.llvm.1234567", SymbolPart::kWhole, "parse", ""},
      {"_ZN2ns5parseEi", SymbolPart::kWhole, "ns::parse(int)", ""},
      {"_ZN2ns5parseEi.part.3", SymbolPart::kOutlined, "ns::parse(int)", "_ZN2ns5parseEi"},
      {"_ZN1A1fEi", SymbolPart::kWhole, "A::f(int)", ""},
      {"_ZThn16_N1A1fEi", SymbolPart::kThunk, "A::f(int)", ""},
      {"_ZTv0_n24_N1A1fEi", SymbolPart::kThunk, "A::f(int)", ""},
      {"_ZN1AD0Ev", SymbolPart::kDeleting, "A::~A()", ""},
      {"_ZN1AD1Ev", SymbolPart::kWhole, "A::~A()", ""},
      {"_ZTW1x", SymbolPart::kNotCalled, "TLS wrapper function for x", ""},
      {"_ZN4rust4work17h0123456789abcdefE.llvm.77", SymbolPart::kWhole, "rust::work", ""},
      // A dot that no compiler put there.
      {"do.it", SymbolPart::kWhole, "do.it", ""},
      {".hidden", SymbolPart::kWhole, ".hidden", ""},
      {"name.7", SymbolPart::kWhole, "name.7", ""},
  };
  for (const Case& one : cases) {
    SCOPED_TRACE(one.mangled);
    const SymbolName name = read_symbol_name(one.mangled);
    EXPECT_EQ(name.part, one.part);
    EXPECT_EQ(function_name_of(name), one.name);
    EXPECT_EQ(name.owner, one.owner);
  }
}

}  // namespace
}  // namespace mallocop::report
