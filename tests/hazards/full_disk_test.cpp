// No room for the trace: the host goes on to its own exit status, and nobody takes what there is for the whole.
#include <gmock/gmock.h>
#include <sys/mount.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "tests/support/measured.h"

namespace mallocop::test {
namespace {

using testing::HasSubstr;

constexpr const char* kBlocks = "300000";

class FullDisk : public Integration {
 protected:
  Command host() const { return {.words = {program("keeps"), kBlocks}}; }
  static void expect_host_unharmed(const Ended& host) {
    EXPECT_FALSE(host.timed_out);
    EXPECT_EQ(host.status, 5) << host.err;
    EXPECT_EQ(host.out, "done\n");
  }
  static void expect_no_false_pass(const Measured& measured) {
    EXPECT_NE(measured.reporter.status, 0) << measured.reporter.out;
    EXPECT_FALSE(measured.reporter.signaled);
    if (measured.report.is_object()) {
      EXPECT_FALSE(measured.valid());
      EXPECT_EQ(measured.reporter.status, 6);
      EXPECT_LT(measured.total("allocations"), 300000U);
    }
  }
};

TEST_F(FullDisk, WithoutALimitTheSameRunIsWhole) {
  const Measured measured = measure(host());
  expect_host_unharmed(measured.host);
  ASSERT_TRUE(measured.valid());
  EXPECT_EQ(measured.total("allocations"), 300000U);
  ASSERT_GT(read("t.mcop").size(), size_t{1} << 20) << "or the limits below are no limits";
}

TEST_F(FullDisk, AFileSizeLimitEndsTheRecordingAndNotTheHost) {
  for (const uint64_t limit : {4096U, 65536U, 300000U, 700000U, 1000000U}) {
    SCOPED_TRACE(limit);
    std::filesystem::remove(trace());
    std::filesystem::remove(trace() + ".live");
    Command command = host();
    command.largest_file = limit;
    const Measured measured = measure(command);
    expect_host_unharmed(measured.host);
    expect_no_false_pass(measured);
  }
}

// Not even the message that there will be no trace may be written then: the kernel would end the host with SIGXFSZ.
TEST_F(FullDisk, AStandardErrorThatMayNotGrowIsNotWrittenTo) {
  const Command command = {.words = {program("empty")}, .largest_file = 0};
  EXPECT_EQ(run_command(under_shim(command)).status, 0);
}

TEST_F(FullDisk, AFullFileSystemEndsTheRecordingAndNotTheHost) {
  for (const std::string size : {"64k", "600k", "1200k"}) {
    SCOPED_TRACE(size);
    const std::string disk = file("disk");
    std::filesystem::create_directory(disk);
    if (::mount("tmpfs", disk.c_str(), "tmpfs", 0, ("size=" + size).c_str()) != 0) {
      GTEST_SKIP() << "a file system can only be mounted by root: " << std::strerror(errno);
    }
    Command command = under_shim(host());
    command.environment.emplace_back("MALLOCOP_OUT", disk + "/t.mcop");
    const Ended ended = run_command(command);
    for (const char* suffix : {"", ".live"}) {
      const std::string name = std::string("t.mcop") + suffix;
      std::error_code none;
      std::filesystem::copy_file(disk + "/" + name, file(name), std::filesystem::copy_options::overwrite_existing,
                                 none);
    }
    ::umount2(disk.c_str(), MNT_DETACH);
    expect_host_unharmed(ended);
    expect_no_false_pass(report_of(ended));
    std::filesystem::remove(trace());
    std::filesystem::remove(trace() + ".live");
  }
}

TEST_F(FullDisk, AFolderThatCannotBeWrittenIsSaidAndTheHostRuns) {
  Command command = under_shim(host());
  command.environment.emplace_back("MALLOCOP_OUT", "/proc/no/such/t.mcop");
  const Ended ended = run_command(command);
  expect_host_unharmed(ended);
  EXPECT_THAT(ended.err, HasSubstr("mallocop: cannot write the trace /proc/no/such/t.mcop"));
}

}  // namespace
}  // namespace mallocop::test
