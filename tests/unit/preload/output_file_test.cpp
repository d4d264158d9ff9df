#include "preload/output_file.h"

#include <dirent.h>
#include <errno.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>

#include <cstring>
#include <filesystem>
#include <fstream>

#include "tests/unit/preload/temporary_folder.h"

namespace mallocop::preload {
namespace {

size_t open_descriptors() {
  size_t count = 0;
  DIR* const folder = opendir("/proc/self/fd");
  while (readdir(folder) != nullptr) ++count;
  closedir(folder);
  return count;
}

TEST(OutputFile, WhatIsWrittenToTheMappingIsInTheFile) {
  const TemporaryFolder folder;
  OutputFile file;
  ASSERT_EQ(file.create(folder.file("x").c_str()), 0);
  auto* const first = static_cast<char*>(file.extend(0, 4096));
  auto* const second = static_cast<char*>(file.extend(4096, 8192));
  ASSERT_NE(first, nullptr);
  ASSERT_NE(second, nullptr);
  std::strcpy(first, "first");
  std::strcpy(second, "second");
  ASSERT_TRUE(file.truncate(4096 + 7));
  std::ifstream in(folder.file("x"));
  const std::string content{std::istreambuf_iterator<char>(in), {}};
  ASSERT_EQ(content.size(), 4096U + 7);
  EXPECT_STREQ(content.c_str(), "first");
  EXPECT_STREQ(content.c_str() + 4096, "second");
}

TEST(OutputFile, KeepsNoDescriptor) {
  const TemporaryFolder folder;
  const size_t before = open_descriptors();
  OutputFile file;
  ASSERT_EQ(file.create(folder.file("x").c_str()), 0);
  ASSERT_NE(file.extend(0, 4096), nullptr);
  EXPECT_EQ(open_descriptors(), before);
}

TEST(OutputFile, AnExistingFileIsLeftAlone) {
  const TemporaryFolder folder;
  std::ofstream(folder.file("x")) << "precious";
  OutputFile file;
  EXPECT_EQ(file.create(folder.file("x").c_str()), EEXIST);
  EXPECT_EQ(std::filesystem::file_size(folder.file("x")), 8U);
}

TEST(OutputFile, AFolderThatIsNotThereIsAnError) {
  OutputFile file;
  EXPECT_EQ(file.create("/nowhere/at/all/x"), ENOENT);
}

TEST(OutputFile, AnotherFileUnderItsNameIsNeitherGrownNorRemoved) {
  const TemporaryFolder folder;
  OutputFile file;
  ASSERT_EQ(file.create(folder.file("x").c_str()), 0);
  std::filesystem::rename(folder.file("x"), folder.file("moved"));
  std::ofstream(folder.file("x")) << "of somebody else";
  EXPECT_EQ(file.extend(0, 4096), nullptr);
  EXPECT_EQ(file.error(), ESTALE);
  file.remove();
  EXPECT_EQ(std::filesystem::file_size(folder.file("x")), 16U);
}

TEST(OutputFile, TheLimitOnFileSizesIsAnErrorAndNoSignal) {
  const TemporaryFolder folder;
  rlimit before{};
  getrlimit(RLIMIT_FSIZE, &before);
  const rlimit small{8192, before.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &small), 0);
  OutputFile file;
  EXPECT_EQ(file.create(folder.file("x").c_str()), 0);
  EXPECT_NE(file.extend(0, 8192), nullptr);
  EXPECT_EQ(file.extend(8192, 4096), nullptr);  // SIGXFSZ would end this test
  setrlimit(RLIMIT_FSIZE, &before);
  EXPECT_EQ(file.error(), EFBIG);
}

}  // namespace
}  // namespace mallocop::preload
