#include "report/commands/trace_place.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "report/support/error.h"
#include "tests/unit/report/commands/scratch_folder.h"
#include "trace/format.h"

namespace mallocop::report {
namespace {

namespace fs = std::filesystem;

std::string magic(const uint8_t (&bytes)[8]) { return {reinterpret_cast<const char*>(bytes), sizeof bytes}; }

TEST(TracePattern, IsAbsolute) {
  const std::string here = fs::current_path();
  EXPECT_EQ(trace_pattern(std::nullopt, "bench"), here + "/mallocop.bench.%p.mcop");
  EXPECT_EQ(trace_pattern("x.mcop", "bench"), here + "/x.mcop");
  EXPECT_EQ(trace_pattern("/tmp/x.%p", "bench"), "/tmp/x.%p");
}

TEST(TracePattern, KeepsOddProgramNamesOutOfTheName) {
  EXPECT_THAT(trace_pattern(std::nullopt, "a b%p"), testing::EndsWith("/mallocop.a_b_p.%p.mcop"));
}

TEST(TracePattern, RefusesStandardOutput) { EXPECT_THROW(trace_pattern("-", "bench"), Error); }

TEST(ExpandTracePattern, ReplacesWhatTheShimReplaces) {
  EXPECT_EQ(expand_trace_pattern("/d/%e.%p.mcop", 42, "bench"), "/d/bench.42.mcop");
  EXPECT_EQ(expand_trace_pattern("/d/100%%p %x %", 42, "bench"), "/d/100%p %x %");
  EXPECT_EQ(expand_trace_pattern(escape_percent("/d/%p%e%"), 42, "bench"), "/d/%p%e%");
}

TEST(ClearTracePlace, RemovesAnOldTraceAndItsCompanion) {
  const ScratchFolder folder;
  const std::string path = folder.file("x.mcop", magic(trace::kTraceMagic) + "rest");
  folder.file("x.mcop.live", magic(trace::kLiveMagic) + "rest");
  clear_trace_place(path);
  EXPECT_TRUE(fs::is_empty(folder.path()));
}

TEST(ClearTracePlace, TakesAnEmptyFileForAPlaceholder) {
  const ScratchFolder folder;
  clear_trace_place(folder.file("x.mcop", ""));
  EXPECT_TRUE(fs::is_empty(folder.path()));
}

TEST(ClearTracePlace, LeavesForeignFilesAlone) {
  const ScratchFolder folder;
  const std::string path = folder.file("thesis.txt", "twelve years of work");
  EXPECT_THROW(clear_trace_place(path), Error);
  EXPECT_TRUE(fs::exists(path));
  const std::string trace = folder.file("x.mcop", magic(trace::kTraceMagic));
  const std::string companion = folder.file("x.mcop.live", "not a companion");
  EXPECT_THROW(clear_trace_place(trace), Error);
  EXPECT_TRUE(fs::exists(companion));
  fs::create_symlink(path, folder.path() + "/link");
  EXPECT_THROW(clear_trace_place(folder.path() + "/link"), Error);
  EXPECT_THROW(clear_trace_place(folder.path()), Error);
}

TEST(ClearTracePlace, NeedsAFolderToWriteTo) {
  EXPECT_THROW(clear_trace_place("/nonexistent/x.mcop"), Error);
  const ScratchFolder folder;
  EXPECT_NO_THROW(clear_trace_place(folder.path() + "/new.mcop"));
}

}  // namespace
}  // namespace mallocop::report
