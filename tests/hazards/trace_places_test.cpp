// Where a trace goes: never over another one, never into another folder, and never at the host's cost.
#include <gmock/gmock.h>
#include <sys/mount.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "tests/support/measured.h"

namespace mallocop::test {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;

class TracePlaces : public Integration {
 protected:
  Command keeps(const std::string& blocks, const std::string& out) const {
    return {.words = {program("keeps"), blocks}, .environment = {{"LD_PRELOAD", shim()}, {"MALLOCOP_OUT", out}}};
  }
  uint64_t allocations(const std::string& path) const {
    const Ended ended = mallocop({"report", "--format", "json", path});
    EXPECT_EQ(ended.status, 0) << ended.err;
    return Json::parse(ended.out)["totals"]["allocations"];
  }
};

// The same name comes again when process ids do: reused, or of another namespace.
TEST_F(TracePlaces, ATraceThatIsThereIsNeverWrittenOver) {
  ASSERT_EQ(bare(keeps("3", "same.mcop")).status, 5);
  const std::string first = read("same.mcop");
  const Ended second = bare(keeps("4", "same.mcop"));
  EXPECT_EQ(second.status, 5);
  EXPECT_EQ(second.out, "done\n");
  EXPECT_THAT(second.err, HasSubstr("same.mcop: File exists"));
  EXPECT_EQ(read("same.mcop"), first);
  EXPECT_THAT(files(), ElementsAre("same.mcop"));
}

TEST_F(TracePlaces, OfTwoProcessesWithOneIdIsNotShared) {
  const auto in_namespace = [&](const char* blocks) {
    Command command = keeps(blocks, file("%e.%p.mcop"));
    // The variables are for the program alone.
    std::vector<std::string> words = {"unshare", "--pid", "--fork", "env"};
    for (const auto& [name, value] : command.environment) words.push_back(name + "=" + *value);
    words.insert(words.end(), command.words.begin(), command.words.end());
    return bare({.words = words});
  };
  const Ended first = in_namespace("3");
  if (first.out.empty()) GTEST_SKIP() << "no process namespace can be made here: " << first.err;
  const std::vector<std::string> traces = files();
  ASSERT_EQ(traces.size(), 1U);
  const Ended second = in_namespace("4");
  EXPECT_EQ(second.out, "done\n");
  EXPECT_EQ(files(), traces) << "both have the same id";
  EXPECT_THAT(second.err, HasSubstr("File exists"));
  EXPECT_EQ(allocations(file(traces[0])), 3U);
}

TEST_F(TracePlaces, ALinkThatIsThereIsNotFollowed) {
  write("precious", "");
  fs::create_symlink(file("precious"), file("link.mcop"));
  EXPECT_EQ(bare(keeps("3", "link.mcop")).status, 5);
  EXPECT_EQ(read("precious"), "");
  fs::create_symlink(file("not_there"), file("dangling.mcop"));
  EXPECT_EQ(bare(keeps("3", "dangling.mcop")).status, 5);
  EXPECT_FALSE(fs::exists(file("not_there")));
}

TEST_F(TracePlaces, AreThoseOfTheStartWhateverFolderTheHostIsInLater) {
  for (const With with : {With::kPreload, With::kLauncher}) {
    Command command = under_shim({.words = {program("changes_folder")}}, with);
    if (with == With::kPreload) command.environment.emplace_back("MALLOCOP_OUT", "t.mcop");
    fs::remove(trace());
    EXPECT_EQ(run_command(command).status, 7) << "the host's own status";
    EXPECT_THAT(files(), ElementsAre("t.mcop")) << "and nothing is left beside it";
    EXPECT_EQ(allocations(trace()), 100000U);
  }
  EXPECT_FALSE(fs::exists("/t.mcop"));
}

TEST_F(TracePlaces, AReadOnlyFolderIsSaidAndTheHostRuns) {
  fs::create_directory(file("disk"));
  if (::mount("tmpfs", file("disk").c_str(), "tmpfs", MS_RDONLY, "") != 0) {
    GTEST_SKIP() << "a file system can only be mounted by root: " << std::strerror(errno);
  }
  const Ended ended = bare(keeps("3", file("disk/t.mcop")));
  const Ended launched = mallocop({"run", "-o", file("disk/t.mcop"), "--", program("keeps"), "3"});
  ::umount2(file("disk").c_str(), MNT_DETACH);
  EXPECT_EQ(ended.status, 5);
  EXPECT_EQ(ended.out, "done\n");
  EXPECT_THAT(ended.err, HasSubstr("Read-only file system"));
  EXPECT_EQ(launched.status, 1) << "the launcher knows before it starts anything";
  EXPECT_EQ(launched.out, "");
  EXPECT_THAT(launched.err, HasSubstr("Read-only file system"));
}

// ldd and its like start the dynamic linker and nothing else.
TEST_F(TracePlaces, NothingIsWrittenForAProgramThatIsOnlyLoaded) {
  Command listed = keeps("3", trace());
  listed.environment.emplace_back("LD_TRACE_LOADED_OBJECTS", "1");
  const Ended ended = bare(listed);
  EXPECT_EQ(ended.status, 0);
  EXPECT_EQ(ended.err, "");
  EXPECT_THAT(ended.out, HasSubstr("libc.so.6"));
  EXPECT_TRUE(files().empty());

  const Ended alone = bare({.words = {"ldd", "/bin/true"}});
  Command measured = {.words = {"ldd", "/bin/true"}};
  const Ended ldd = run_command(under_shim(measured));
  EXPECT_EQ(ldd.status, alone.status);
  EXPECT_EQ(ldd.err, alone.err);
}

}  // namespace
}  // namespace mallocop::test
