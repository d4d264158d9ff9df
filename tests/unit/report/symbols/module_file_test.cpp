// Files that are not what was measured, or not all of it: stripped, separated, replaced, gone.
#include <dlfcn.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <cstdio>
#include <filesystem>
#include <fstream>

#include "report/symbols/symbolize.h"
#include "tests/unit/report/symbols/fixtures/library.h"
#include "tests/unit/report/symbols/live_trace.h"

namespace mallocop::report {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<void*> captured;

void capture() { captured = live_stack(); }

class ModuleFileTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (std::filesystem::temp_directory_path() / "mallocop-symbols-XXXXXX").string();
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
    fixture::through_hidden(&capture);
    trace_ = live_trace({captured});
    while (!trace_.modules.at(library_index_).path.ends_with("libsymbols_fixture.so")) ++library_index_;
    std::vector<RawFrame> kept;
    for (const RawFrame* frame : raw_frames_in(trace_, 0)) {
      if (frame->module == library_index_) kept.push_back(*frame);
    }
    trace_.profile.stacks.clear();
    add_raw_stack(trace_, kept);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  // The fixture's library: the only module of the trace that has frames.
  Module& library() { return trace_.modules.at(library_index_); }
  std::string build_id() {
    std::string id;
    for (const uint8_t byte : library().build_id) {
      char digits[3];
      std::snprintf(digits, sizeof digits, "%02x", byte);
      id += digits;
    }
    return id;
  }
  void objcopy(const std::string& options, const std::string& target) {
    const std::string command = "objcopy " + options + " '" + library().path + "' '" + target + "'";
    ASSERT_EQ(std::system(command.c_str()), 0) << command;
  }
  // The names of the library's frames, innermost first.
  std::vector<std::string> library_frames(const SymbolOptions& options = {}) {
    symbolize(trace_, options);
    std::vector<std::string> names;
    for (const Frame& frame : trace_.profile.frames_of(trace_.profile.stacks.at(0))) {
      EXPECT_EQ(frame.module, library().path);
      EXPECT_EQ(frame.offset, frame.address - library().bias);
      names.push_back(frame.function + (frame.line != 0 ? ":line" : ""));
    }
    return names;
  }

  std::filesystem::path folder_;
  LoadedTrace trace_;
  size_t library_index_ = 0;
};

constexpr char kHidden[] = "fixture::(anonymous namespace)::hidden(void (*)())";
constexpr char kExported[] = "fixture::through_hidden(void (*)())";

auto AllNamed() { return ElementsAre(std::string(kHidden) + ":line", std::string(kExported) + ":line"); }

TEST_F(ModuleFileTest, AWholeFileGivesNamesAndLines) {
  EXPECT_THAT(library_frames(), AllNamed());
  EXPECT_THAT(trace_.profile.measurement.notes, IsEmpty());
}

TEST_F(ModuleFileTest, ASymbolTableGivesNamesWithoutLines) {
  const std::string path = folder_ / "lib.so";
  objcopy("--strip-debug", path);
  library().path = path;
  EXPECT_THAT(library_frames(), ElementsAre(kHidden, kExported));
}

TEST_F(ModuleFileTest, AStrippedFileGivesOnlyWhatItExports) {
  const std::string path = folder_ / "lib.so";
  objcopy("--strip-all", path);
  library().path = path;
  EXPECT_THAT(library_frames(), ElementsAre("", kExported));
}

TEST_F(ModuleFileTest, ASeparateDebugFileIsFoundByBuildId) {
  const std::string path = folder_ / "lib.so";
  objcopy("--strip-all", path);
  const std::string id = build_id();
  ASSERT_GT(id.size(), 2U);
  const std::filesystem::path debug = folder_ / "debug/.build-id" / id.substr(0, 2) / (id.substr(2) + ".debug");
  std::filesystem::create_directories(debug.parent_path());
  objcopy("--only-keep-debug", debug);
  library().path = path;
  EXPECT_THAT(library_frames(), ElementsAre("", kExported));
  EXPECT_THAT(library_frames({{(folder_ / "debug").string()}, {}}), AllNamed());
}

TEST_F(ModuleFileTest, AFileThatChangedGivesNoNamesAndOneNote) {
  library().build_id.back() ^= 1;
  EXPECT_THAT(library_frames(), ElementsAre("", ""));
  EXPECT_THAT(trace_.profile.measurement.notes,
              ElementsAre(library().path + " changed since the measurement: its frames have no names"));
}

TEST_F(ModuleFileTest, AFileThatIsGoneGivesNoNamesAndOneNote) {
  library().path = (folder_ / "none.so").string();
  EXPECT_THAT(library_frames(), ElementsAre("", ""));
  EXPECT_THAT(trace_.profile.measurement.notes, ElementsAre(HasSubstr("none.so cannot be read")));
}

TEST_F(ModuleFileTest, AFileThatIsNoElfFileGivesANote) {
  const std::string path = folder_ / "text.so";
  std::ofstream(path) << "not a library\n";
  library().path = path;
  EXPECT_THAT(library_frames(), ElementsAre("", ""));
  EXPECT_THAT(trace_.profile.measurement.notes, ElementsAre(HasSubstr("text.so cannot be read")));
}

TEST_F(ModuleFileTest, ATruncatedFileIsNoError) {
  const std::string whole = library().path;
  const auto size = std::filesystem::file_size(whole);
  for (uintmax_t step = 0; step < 40; ++step) {
    const std::string path = folder_ / ("cut" + std::to_string(step) + ".so");
    std::filesystem::copy_file(whole, path);
    std::filesystem::resize_file(path, size * step / 40);
    library().path = path;
    EXPECT_EQ(library_frames().size(), 2U) << step;
  }
}

TEST_F(ModuleFileTest, APipeIsNotOpened) {
  const std::string path = folder_ / "pipe";
  ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
  library().path = path;
  EXPECT_THAT(library_frames(), ElementsAre("", ""));
}

TEST_F(ModuleFileTest, AMarkOfDeletionIsIgnoredIfTheSameFileIsThere) {
  library().path += " (deleted)";
  EXPECT_THAT(library_frames(), ElementsAre(std::string(kHidden) + ":line", std::string(kExported) + ":line"));
}

TEST_F(ModuleFileTest, TheKernelsPageHasNoFile) {
  library().path = "[vdso]";
  EXPECT_THAT(library_frames(), ElementsAre("", ""));
  EXPECT_THAT(trace_.profile.measurement.notes, IsEmpty());
}

// A "server" that is a folder here, with the debug file where it is asked for.
class DebugServersTest : public ModuleFileTest {
 protected:
  void SetUp() override {
    ModuleFileTest::SetUp();
    const std::filesystem::path served = folder_ / "buildid" / build_id();
    std::filesystem::create_directories(served);
    objcopy("--only-keep-debug", served / "debuginfo");
    const std::string path = folder_ / "lib.so";
    objcopy("--strip-all", path);
    library().path = path;
    ::setenv("DEBUGINFOD_CACHE_PATH", (folder_ / "cache").c_str(), 1);
  }
  void TearDown() override {
    ::unsetenv("DEBUGINFOD_URLS");
    ::unsetenv("DEBUGINFOD_CACHE_PATH");
    ModuleFileTest::TearDown();
  }
  static bool has_client() { return ::dlopen("libdebuginfod.so.1", RTLD_NOW | RTLD_LOCAL) != nullptr; }
};

TEST_F(DebugServersTest, AreNotAskedIfNoneIsNamed) {
  EXPECT_THAT(library_frames(), ElementsAre("", kExported));
  EXPECT_FALSE(std::filesystem::exists(folder_ / "cache"));
}

TEST_F(DebugServersTest, GiveNamesAndLines) {
  if (!has_client()) GTEST_SKIP() << "libdebuginfod1 is not installed";
  const std::string servers = "file://" + folder_.string();
  ::setenv("DEBUGINFOD_URLS", servers.c_str(), 1);
  EXPECT_THAT(library_frames(), AllNamed());
  EXPECT_STREQ(getenv("DEBUGINFOD_URLS"), servers.c_str()) << "the environment is restored";
  EXPECT_EQ(getenv("DEBUGINFOD_TIMEOUT"), nullptr);
  EXPECT_THAT(trace_.profile.measurement.notes, IsEmpty());
  std::filesystem::remove_all(folder_ / "buildid");
  EXPECT_THAT(library_frames(), AllNamed()) << "from the cache";
}

TEST_F(DebugServersTest, ThatDoNotHaveTheFileAreNoProblem) {
  if (!has_client()) GTEST_SKIP() << "libdebuginfod1 is not installed";
  std::filesystem::remove_all(folder_ / "buildid");
  ::setenv("DEBUGINFOD_URLS", ("file://" + folder_.string()).c_str(), 1);
  EXPECT_THAT(library_frames(), ElementsAre("", kExported));
  EXPECT_THAT(trace_.profile.measurement.notes, IsEmpty());
}

TEST_F(DebugServersTest, ThatCannotBeReachedAreSaidSo) {
  if (!has_client()) GTEST_SKIP() << "libdebuginfod1 is not installed";
  ::setenv("DEBUGINFOD_URLS", "http://127.0.0.1:1", 1);
  EXPECT_THAT(library_frames(), ElementsAre("", kExported));
  EXPECT_THAT(trace_.profile.measurement.notes, ElementsAre(HasSubstr("DEBUGINFOD_URLS")));
}

TEST(FixedAddress, AnExecutableWithoutBiasIsSymbolised) {
  const std::string path = FIXED_ADDRESS_PROGRAM;
  FILE* pipe = popen(path.c_str(), "r");
  ASSERT_NE(pipe, nullptr);
  void* address = nullptr;
  ASSERT_EQ(std::fscanf(pipe, "%p", &address), 1);
  pclose(pipe);

  LoadedTrace trace;
  trace.modules = {{path, build_id_of(path), 0, 0x400000, 0x500000}};
  add_raw_stack(trace, {{reinterpret_cast<uint64_t>(address), 0, true}});
  symbolize(trace, {});
  ASSERT_EQ(trace.profile.frames_of(trace.profile.stacks.at(0)).size(), 1U);
  EXPECT_EQ(trace.profile.frames[0].function, "fixture::fixed_function(int)");
  EXPECT_GT(trace.profile.frames[0].line, 0U);
}

}  // namespace
}  // namespace mallocop::report
