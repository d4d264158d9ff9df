#include "report/symbols/source_root.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "report/support/error.h"

namespace mallocop::report {
namespace {

namespace fs = std::filesystem;

class SourceRootTest : public testing::Test {
 protected:
  SourceRootTest() {
    std::string name = (fs::temp_directory_path() / "mallocop-root-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no folder");
    folder_ = fs::canonical(name);
    fs::create_directories(folder_ / "project/src");
    std::ofstream(folder_ / "project/src/a.cpp") << "\n";
    std::ofstream(folder_ / "outside.cpp") << "\n";
    fs::create_directory_symlink(folder_ / "project", folder_ / "link");
  }
  ~SourceRootTest() override { fs::remove_all(folder_); }
  std::string path(const std::string& name) const { return (folder_ / name).string(); }

  fs::path folder_;
};

TEST_F(SourceRootTest, NamesFilesFromTheRoot) {
  const SourceRoot root(path("project"));
  EXPECT_EQ(root.relative(path("project/src/a.cpp")), "src/a.cpp");
  EXPECT_EQ(root.relative(path("project/build/../src/a.cpp")), "src/a.cpp");
  EXPECT_EQ(root.relative(path("project/gone.cpp")), "gone.cpp") << "a file that is not there any more";
  EXPECT_EQ(root.relative(path("link/src/a.cpp")), "src/a.cpp");
  EXPECT_EQ(SourceRoot(path("link")).relative(path("project/src/a.cpp")), "src/a.cpp");
}

TEST_F(SourceRootTest, LeavesOutWhatIsNotBelowIt) {
  const SourceRoot root(path("project"));
  EXPECT_EQ(root.relative(path("outside.cpp")), std::nullopt);
  EXPECT_EQ(root.relative(path("project2/src/a.cpp")), std::nullopt);
  EXPECT_EQ(root.relative(path("project/../outside.cpp")), std::nullopt);
  EXPECT_EQ(root.relative(""), std::nullopt);
  EXPECT_EQ(root.relative("??"), std::nullopt);
}

TEST_F(SourceRootTest, FindsWhatABuildNamesFromAFolderOfItsOwn) {
  const SourceRoot root(path("project"));
  EXPECT_EQ(root.relative("../src/a.cpp"), "src/a.cpp");
  EXPECT_EQ(root.relative("src/a.cpp"), "src/a.cpp");
  EXPECT_EQ(root.relative("../src/b.cpp"), std::nullopt);
}

TEST_F(SourceRootTest, MustBeAFolder) {
  EXPECT_THROW(SourceRoot{path("nothing")}, Error);
  EXPECT_THROW(SourceRoot{path("outside.cpp")}, Error);
}

}  // namespace
}  // namespace mallocop::report
