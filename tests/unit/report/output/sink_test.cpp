#include "report/output/sink.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "report/support/error.h"
#include "trace/format.h"

namespace mallocop::report {
namespace {

using testing::HasSubstr;

std::string content_of(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

TEST(WriteDocument, ReplacesTheFile) {
  const std::string path = testing::TempDir() + "mallocop_sink_test.txt";
  write_document(path, "a long text\n");
  write_document(path, "short\n");
  EXPECT_EQ(content_of(path), "short\n");
  std::filesystem::remove(path);
}

TEST(WriteDocument, LeavesATraceAsItIs) {
  const std::string path = testing::TempDir() + "mallocop_sink_test.mcop";
  const std::string trace(reinterpret_cast<const char*>(trace::kTraceMagic), sizeof trace::kTraceMagic);
  std::ofstream(path) << trace << "and so on";
  try {
    write_document(path, "a report\n");
    FAIL() << "the trace is lost";
  } catch (const Error& error) {
    EXPECT_EQ(error.status(), ExitStatus::kUsage);
    EXPECT_THAT(error.what(), HasSubstr(path));
  }
  EXPECT_EQ(content_of(path), trace + "and so on");
  std::filesystem::remove(path);
}

TEST(WriteDocument, NamesTheFileThatCannotBeWritten) {
  try {
    write_document("/nonexistent/folder/report.txt", "x");
    FAIL() << "there is no such folder";
  } catch (const Error& error) {
    EXPECT_EQ(error.status(), ExitStatus::kError);
    EXPECT_THAT(error.what(), HasSubstr("'/nonexistent/folder/report.txt'"));
    EXPECT_THAT(error.what(), HasSubstr("No such file or directory"));
  }
}

TEST(RequireDocumentPlace, RefusesWhatCannotBeWritten) {
  EXPECT_THROW(require_document_place("/nonexistent/folder/report.txt"), Error);
  const std::string trace = testing::TempDir() + "mallocop_sink_test.mcop";
  std::ofstream(trace).write(reinterpret_cast<const char*>(trace::kTraceMagic), sizeof trace::kTraceMagic);
  EXPECT_THROW(require_document_place(trace), Error);
  std::filesystem::remove(trace);
  const std::string fresh = testing::TempDir() + "mallocop_sink_fresh.txt";
  require_document_place(fresh);
  EXPECT_FALSE(std::filesystem::exists(fresh));
  require_document_place("-");
}

TEST(WriteDocument, ReportsAFullDevice) { EXPECT_THROW(write_document("/dev/full", "x"), Error); }

TEST(WriteStream, TakesAClosedPipeForSuccess) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  ::close(ends[0]);
  EXPECT_NO_THROW(write_stream(ends[1], std::string(1 << 20, 'x'), "the pipe"));
  ::close(ends[1]);
}

TEST(StreamHasColor, NeedsATerminal) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  EXPECT_FALSE(stream_has_color(ends[1]));
  EXPECT_EQ(stream_width(ends[1]), 100U);
  ::close(ends[0]);
  ::close(ends[1]);
}

TEST(StreamHasColor, HonoursNoColor) {
  const int terminal = ::posix_openpt(O_RDWR | O_NOCTTY);
  if (terminal < 0) GTEST_SKIP() << "no pseudo terminals here";
  ::setenv("TERM", "xterm", 1);
  ::unsetenv("NO_COLOR");
  EXPECT_TRUE(stream_has_color(terminal));
  ::setenv("NO_COLOR", "1", 1);
  EXPECT_FALSE(stream_has_color(terminal));
  ::setenv("NO_COLOR", "", 1);
  ::setenv("TERM", "dumb", 1);
  EXPECT_FALSE(stream_has_color(terminal));
  ::close(terminal);
}

}  // namespace
}  // namespace mallocop::report
