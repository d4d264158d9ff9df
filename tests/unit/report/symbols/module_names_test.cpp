// Many addresses of one module, named by one thread and by several.
#include "report/symbols/module_names.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <algorithm>
#include <filesystem>
#include <thread>

#include "report/symbols/symbolize.h"
#include "tests/unit/report/symbols/live_trace.h"

namespace mallocop::report {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr size_t kPlaces = 6000;  // enough for several threads

std::string text_of(const Frame& frame) {
  return frame.function + "|" + frame.file + "|" + std::to_string(frame.line) + "|" + frame.module.str() + "|" +
         std::to_string(frame.address) + "|" + std::to_string(frame.offset) + "|" + std::to_string(frame.inlined) +
         std::to_string(static_cast<int>(frame.role));
}

struct Named {
  std::vector<std::string> frames;
  std::vector<std::string> nodes;
  std::vector<std::string> notes;
  uint64_t symbolised = 0;
};

class ModuleNamesTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (std::filesystem::temp_directory_path() / "mallocop-names-XXXXXX").string();
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
    module_ = live_modules().at(0);  // this program
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  // Places all over the module.
  LoadedTrace trace() const {
    LoadedTrace made;
    made.modules.push_back(module_);
    const uint64_t step = (module_.end - module_.begin) / kPlaces;
    for (size_t place = 0; place < kPlaces; ++place) {
      add_raw_stack(made, {{module_.begin + place * step, 0, false}});
    }
    return made;
  }

  Named named(unsigned threads, const Progress& progress = {}) const {
    LoadedTrace made = trace();
    symbolize(made, {.debug_paths = {}, .progress = progress, .threads = threads});
    Named result;
    for (const Frame& frame : made.profile.frames) result.frames.push_back(text_of(frame));
    for (const StackNode& node : made.profile.nodes) {
      result.nodes.push_back(std::to_string(node.first) + "+" + std::to_string(node.count));
    }
    result.notes = made.profile.measurement.notes;
    result.symbolised = made.profile.measurement.frames_symbolised;
    return result;
  }

  void copy_module(const std::string& options) {
    const std::string copy = folder_ / "program";
    const std::string command = "objcopy " + options + " '" + module_.path + "' '" + copy + "'";
    ASSERT_EQ(std::system(command.c_str()), 0) << command;
    module_.path = copy;
  }

  void expect_the_same() const {
    const Named alone = named(1);
    EXPECT_GT(alone.frames.size(), kPlaces);  // some were inlined
    EXPECT_GT(alone.symbolised, kPlaces / 10);
    const Named together = named(4);
    EXPECT_EQ(together.frames, alone.frames);
    EXPECT_EQ(together.nodes, alone.nodes);
    EXPECT_EQ(together.notes, alone.notes);
    EXPECT_EQ(together.symbolised, alone.symbolised);
  }

  std::filesystem::path folder_;
  Module module_;
};

TEST_F(ModuleNamesTest, AreThoseThatOneThreadFinds) { expect_the_same(); }

TEST_F(ModuleNamesTest, AreTheSameOfDebugInformationThatWasUnpackedOnce) {
  copy_module("--compress-debug-sections=zlib");
  expect_the_same();
}

TEST_F(ModuleNamesTest, OfAFileWithoutDebugInformationAreItsSymbols) {
  copy_module("--strip-debug");
  const Named alone = named(1);
  EXPECT_EQ(alone.frames.size(), kPlaces);
  EXPECT_GT(alone.symbolised, kPlaces / 10);
  EXPECT_EQ(named(4).frames, alone.frames);
}

TEST_F(ModuleNamesTest, AChangedFileIsNotedOnce) {
  copy_module("--remove-section=.note.gnu.build-id");
  const Named together = named(4);
  EXPECT_THAT(together.notes, ElementsAre(HasSubstr("changed since the measurement")));
  EXPECT_EQ(together.symbolised, 0U);
  EXPECT_EQ(named(1).notes, together.notes);
}

TEST_F(ModuleNamesTest, ProgressIsToldByTheCallingThreadAndGoesUp) {
  std::vector<uint64_t> told;
  const std::thread::id caller = std::this_thread::get_id();
  std::vector<std::thread::id> others;
  const auto tell = [&](const std::string&, uint64_t done, uint64_t total) {
    EXPECT_EQ(total, kPlaces);
    told.push_back(done);
    if (std::this_thread::get_id() != caller) others.push_back(std::this_thread::get_id());
  };
  named(4, tell);
  EXPECT_TRUE(std::is_sorted(told.begin(), told.end()));
  EXPECT_EQ(told.front(), 0U);
  EXPECT_EQ(told.back(), kPlaces);
  EXPECT_THAT(others, IsEmpty());
}

}  // namespace
}  // namespace mallocop::report
