// The binaries under test, a folder for each test, and programs run under the shim with their report.
//
// Where the binaries are comes from the environment (see meson.build): MALLOCOP_PROGRAM, MALLOCOP_SHIM and
// MALLOCOP_TEST_PROGRAMS, the folder of tests/programs.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/support/run_command.h"

namespace mallocop::test {

using Json = nlohmann::json;

std::string mallocop_program();
std::string shim();
std::string program(const std::string& name);  // path of one of tests/programs

// How a program comes under the shim.
enum class With { kPreload, kLauncher };

struct Measured {
  Ended host;      // the program; with the launcher: `mallocop run`
  Ended reporter;  // `mallocop report --format json`
  Json report;     // null if there is none

  bool valid() const;
  std::vector<std::string> operation_names() const;
  const Json& operation(const std::string& name) const;  // a test failure and null if there is none
  uint64_t total(const std::string& metric) const;       // of the whole process
  uint64_t total_of(const std::string& operation, const std::string& metric) const;
  uint64_t sum_of_sites(const std::string& operation, const std::string& field) const;
};

// A test with a folder of its own, empty at first and the working directory of what it runs.
class Integration : public testing::Test {
 protected:
  Integration();
  ~Integration() override;

  const std::string& folder() const { return folder_; }
  std::string file(const std::string& name) const { return folder_ + "/" + name; }
  std::string trace() const { return file("t.mcop"); }
  void write(const std::string& name, const std::string& text) const;
  std::string read(const std::string& name) const;
  std::vector<std::string> files() const;  // names, sorted

  // `mallocop` with these words.
  Ended mallocop(const std::vector<std::string>& words) const;
  // As it would be without mallocop.
  Ended bare(Command command) const;
  // Runs `command` with its trace at trace(), in place of an older one, and reports it. The report is looked at even if
  // the command failed.
  Measured measure(Command command, With with = With::kPreload) const;
  // The command as measure() would run it.
  Command under_shim(Command command, With with = With::kPreload) const;
  Measured report_of(Ended host) const;

  // Whether the program frees blocks that mallocop has not seen allocated. Only where it does so on purpose may a trace
  // have such a free; all others must pass the order check (order_check.h).
  enum class UnknownBlocks { kNever, kFreed };
  void expect(UnknownBlocks unknown) { unknown_blocks_ = unknown; }

 private:
  void expect_order(const Measured& measured) const;

  std::string folder_;
  UnknownBlocks unknown_blocks_ = UnknownBlocks::kNever;
};

}  // namespace mallocop::test
