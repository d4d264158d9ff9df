// The shim brings no unwinder into the host's scope: where _Unwind_* of a C++ library binds is the same with and
// without.
#include <gmock/gmock.h>

#include <algorithm>
#include <regex>
#include <sstream>

#include "tests/support/measured.h"

namespace mallocop::test {
namespace {

class Bindings : public Integration {
 protected:
  // "who: symbol -> where" for each of the unwinder's and the exception runtime's symbols that
  // somebody else than libunwind binds, sorted.
  static std::vector<std::string> unwinder_bindings(const std::string& log) {
    static const std::regex line(
        R"(binding file (\S+) \[0\] to (\S+) \[0\]: normal symbol `(_Unwind_\w+|__cxa_\w*throw)')");
    std::vector<std::string> found;
    std::istringstream lines(log);
    for (std::string one; std::getline(lines, one);) {
      std::smatch parts;
      if (std::regex_search(one, parts, line) && parts[1].str().find("libunwind") == std::string::npos)
        found.push_back(parts[1].str() + ": " + parts[3].str() + " -> " + parts[2].str());
    }
    std::sort(found.begin(), found.end());
    found.erase(std::unique(found.begin(), found.end()), found.end());
    return found;
  }
};

TEST_F(Bindings, OfTheUnwinderAreTheHostsOwn) {
  const Command command = {.words = {program("opens_throwing"), program("throwing.so")},
                           .environment = {{"LD_DEBUG", "bindings"}}};
  const Ended bare_run = bare(command);
  ASSERT_EQ(bare_run.status, 0);
  const std::vector<std::string> own = unwinder_bindings(bare_run.err);
  ASSERT_THAT(own,
              testing::Contains(testing::HasSubstr("_Unwind_RaiseException -> /lib/x86_64-linux-gnu/libgcc_s.so.1")));
  const Measured measured = measure(command);
  EXPECT_EQ(measured.host.status, 0);
  EXPECT_EQ(unwinder_bindings(measured.host.err), own);
  EXPECT_TRUE(measured.valid()) << measured.reporter.out;
  EXPECT_GE(measured.total("allocations"), 1000U) << "the exceptions";
}

}  // namespace
}  // namespace mallocop::test
