// `mallocop self-test`: measures a program whose numbers are known, and compares.
//
// The program also starts up and ends, which allocates an amount that depends on its libraries. So it runs twice, with
// no rounds of work and with many: the difference is the work alone, and it must be exact.
#include "report/commands/self_test.h"

#include <fmt/format.h>
#include <sys/utsname.h>

#include <cstring>
#include <filesystem>

#include "report/commands/analysis.h"
#include "report/commands/commands.h"
#include "report/commands/launcher.h"
#include "report/commands/shim_location.h"
#include "report/commands/target_check.h"
#include "report/commands/temporary_folder.h"
#include "report/output/escape.h"
#include "report/output/sink.h"
#include "report/support/error.h"

namespace mallocop::report {
namespace {

namespace fs = std::filesystem;

constexpr uint64_t kRounds = 1000;

[[noreturn]] void fail(const std::string& reason) { throw Error(ExitStatus::kInvalid, "self-test: FAILED: " + reason); }

Profile measure(const std::string& folder, const char* rounds) {
  Launch plan;
  plan.path = fs::read_symlink("/proc/self/exe");
  check_target(plan.path);
  plan.arguments = {plan.path, kSelfTestProgram, rounds};
  plan.library = find_shim();
  plan.trace_pattern = fmt::format("{}/{}.mcop", folder, rounds);
  const Ended ended = launch(plan);
  if (ended.status != 0) fail(fmt::format("the program under the library ended with status {}", ended.status));
  if (!fs::exists(ended.trace)) fail("the library was not loaded into the program: no trace was written");
  Profile profile = analyse(ended.trace, {}).profile;
  if (!profile.measurement.valid) {
    fail(profile.measurement.reasons.empty() ? "the measurement is not valid" : profile.measurement.reasons[0]);
  }
  return profile;
}

void require_difference(const char* what, uint64_t with, uint64_t without, uint64_t expected) {
  if (with - without == expected) return;
  fail(fmt::format("{} counted: {} (of {} and {}), done: {}", what, static_cast<int64_t>(with - without), with, without,
                   expected));
}

int self_test() {
  const TemporaryFolder folder("self-test");
  // Texts of one length, so that both runs do the same with their arguments.
  const Profile idle = measure(folder.path(), "0000");
  const Profile busy = measure(folder.path(), fmt::format("{:04}", kRounds).c_str());
  require_difference("allocations", busy.totals.allocations, idle.totals.allocations,
                     kRounds * SelfTestRound::kAllocations);
  require_difference("bytes", busy.totals.bytes, idle.totals.bytes, kRounds * SelfTestRound::kBytes);
  require_difference("frees", busy.totals.frees, idle.totals.frees, kRounds * SelfTestRound::kFrees);

  utsname system = {};
  ::uname(&system);
  std::string text = fmt::format("self-test: OK, {} allocations and {} frees counted exactly\n  kernel {} {}\n",
                                 kRounds * SelfTestRound::kAllocations, kRounds * SelfTestRound::kFrees,
                                 escape_controls(system.sysname), escape_controls(system.release));
  for (const auto& [name, value] : busy.fingerprint) {
    text += fmt::format("  {} {}\n", escape_controls(name), escape_controls(value));
  }
  text += fmt::format("  library {}\n", escape_controls(find_shim()));
  write_document("-", text);
  return 0;
}

}  // namespace

Action declare_self_test(CLI::App&, const std::vector<std::string>&) { return self_test; }

}  // namespace mallocop::report
