// Children of the measured process: nothing of theirs is counted, they are not measured, and nothing in their
// environment says that their parent is.
#include <gmock/gmock.h>

#include "tests/support/measured.h"

namespace mallocop::test {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class Fork : public Integration, public testing::WithParamInterface<const char*> {};

TEST_P(Fork, OnlyTheParentIsCounted) {
  const Measured measured = measure({.words = {program("forker"), GetParam()}, .time = std::chrono::seconds(60)});
  EXPECT_EQ(measured.host.status, 0) << measured.host.err;
  EXPECT_EQ(measured.host.err, "");
  ASSERT_TRUE(measured.valid()) << measured.reporter.err << measured.reporter.out;
  EXPECT_THAT(measured.operation_names(), Not(Contains("child")));
  EXPECT_EQ(measured.operation("parent")["count"], 40);
  EXPECT_EQ(measured.total_of("parent", "allocations"), 40U * 25U);
  EXPECT_EQ(measured.total_of("parent", "bytes"), 40U * 25U * 40U);
  EXPECT_EQ(measured.total_of("parent", "frees"), 40U * 25U);
  EXPECT_EQ(measured.total_of("thread", "allocations"), 3U * 20000U);
  EXPECT_EQ(measured.total_of("thread", "frees"), 3U * 20000U);
  for (const Json& site : measured.report["sites"]) {
    EXPECT_NE(site["largest"], 4321) << site.dump(1);
    EXPECT_NE(site["largest"], 9999) << site.dump(1);
  }
  EXPECT_EQ(measured.report["measurement"]["processes"], 1);
  EXPECT_EQ(measured.report["measurement"]["events_lost"], 0);
  EXPECT_THAT(files(), ElementsAre("t.mcop")) << "a child wrote a trace, or the companion was left";
}

INSTANTIATE_TEST_SUITE_P(EveryWay, Fork, testing::Values("fork", "_Fork", "syscall", "vfork", "spawn"),
                         [](const auto& one) { return std::string(one.param); });

class ChildEnvironment : public Integration {};

TEST_F(ChildEnvironment, HasNoTraceOfMallocop) {
  const Command command = {.words = {program("show_environment")},
                           .environment = {{"GREETING", "hello"}, {"LD_PRELOAD", std::nullopt}}};
  const Ended bare_run = bare(command);
  Command preloaded = command;
  preloaded.environment = {{"GREETING", "hello"}, {"LD_PRELOAD", shim()}};
  const Measured measured = measure(preloaded);
  EXPECT_EQ(measured.host.out, bare_run.out);
  EXPECT_EQ(measured.host.status, bare_run.status);
  EXPECT_TRUE(measured.valid());
  EXPECT_THAT(files(), ElementsAre("t.mcop"));
}

TEST_F(ChildEnvironment, KeepsOtherPreloads) {
  const std::string other = program("other_preload.so");
  const Command command = {.words = {program("show_environment")},
                           .environment = {{"LD_PRELOAD", other}, {"MALLOCOP_LIBRARY", shim()}}};
  const Ended bare_run = bare(command);
  ASSERT_THAT(bare_run.out, HasSubstr("LD_PRELOAD=" + other + "\n"));
  for (const std::string& list : {shim() + ":" + other, other + ":" + shim(), other + " " + shim()}) {
    SCOPED_TRACE(list);
    Command preloaded = command;
    preloaded.environment[0].second = list;
    EXPECT_EQ(measure(preloaded).host.out, bare_run.out);
  }
  EXPECT_EQ(measure(command, With::kLauncher).host.out, bare_run.out);
}

// The other library's constructor allocates 15, 20 and 30 bytes before main.
TEST_F(ChildEnvironment, CountsWhatOtherPreloadsAllocate) {
  const std::string other = program("other_preload.so");
  for (const std::string& list : {shim() + ":" + other, other + ":" + shim()}) {
    SCOPED_TRACE(list);
    const Measured measured = measure({.words = {program("empty")}, .environment = {{"LD_PRELOAD", list}}});
    ASSERT_TRUE(measured.valid()) << measured.reporter.out;
    EXPECT_EQ(measured.total("allocations"), 3U);
    EXPECT_EQ(measured.total("bytes"), 65U);
    EXPECT_EQ(measured.total("frees"), 1U);
    EXPECT_EQ(measured.total("leaked_bytes"), 45U);
  }
}

}  // namespace
}  // namespace mallocop::test
