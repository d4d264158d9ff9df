// The causes of programs that use libc++, from names that clang 14 gave to real stacks.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "report/causes/causes.h"
#include "report/symbols/user_code.h"
#include "tests/unit/report/add_stack.h"

namespace mallocop::report {
namespace {

Frame in(const std::string& module, const std::string& function, const std::string& file = "") {
  Frame made;
  made.function = function;
  made.module = module;
  made.file = file;
  made.line = file.empty() ? 0 : 12;
  return made;
}

// Of a header that was unpacked somewhere.
Frame header(const std::string& function) {
  return in("/home/me/bench", function, "/home/me/llvm/include/c++/v1/__header");
}
Frame library(const std::string& function) { return in("/home/me/llvm/lib/libc++.so.1", function); }

const Frame kNew = in("/home/me/llvm/lib/libc++abi.so.1", "operator new(unsigned long)");
const Frame kUser = in("/home/me/bench", "run(int)", "/home/me/run.cpp");

const std::string kVector = "std::__1::vector<int, std::__1::allocator<int> >";
const std::string kString = "std::__1::basic_string<char, std::__1::char_traits<char>, std::__1::allocator<char> >";
const std::string kMap =
    "std::__1::map<int, int, std::__1::less<int>, std::__1::allocator<std::__1::pair<int const, int> > >";
const std::string kList = "std::__1::forward_list<int, std::__1::allocator<int> >";
const std::string kTree = "std::__1::__tree<int, std::__1::less<int>, std::__1::allocator<int> >";

// Of the site of one stack, which must be at `location`.
std::string cause_of(const std::vector<Frame>& frames, size_t location) {
  Profile profile;
  add_stack(profile, frames);
  profile.sites.resize(1);
  profile.sites[0].allocations = 1;
  locate_sites(profile);
  EXPECT_EQ(profile.sites[0].location, location);
  explain_sites(profile);
  return std::string(profile.sites[0].cause);
}

TEST(LibCxx, RowsOfAVectorAreNoCopies) {
  const std::string grid = "std::__1::vector<" + kVector + ", std::__1::allocator<" + kVector + " > >";
  const Frame copy = header(kVector + "::vector(" + kVector + " const&)");
  const Frame allocate = header(kVector + "::__vallocate(unsigned long)");
  const Frame construct = header(kVector + "* std::__1::construct_at<" + kVector + ", " + kVector + " const&>()");
  EXPECT_EQ(cause_of({kNew, allocate, copy, construct,
                      header(grid + "::__construct_at_end(unsigned long, " + kVector + " const&)"),
                      header(grid + "::vector(unsigned long, " + kVector + " const&)"), kUser},
                     6),
            "vector built");
  EXPECT_EQ(cause_of({kNew, allocate, copy, construct,
                      header("void " + grid + "::__construct_at_end<" + kVector + "*>(" + kVector + "*, " + kVector +
                             "*, unsigned long)"),
                      header(grid + "::vector(" + grid + " const&)"), kUser},
                     6),
            "vector copied");
}

TEST(LibCxx, WhatACopyAllocatesWithIsUnknownWithoutDebugInformation) {
  const Frame allocate = in("/home/me/bench", kVector + "::__vallocate(unsigned long)");
  EXPECT_EQ(cause_of({kNew, allocate, in("/home/me/bench", "run(int)")}, 2), "unknown");
  EXPECT_EQ(cause_of({kNew, allocate, header(kVector + "::vector(unsigned long)"), kUser}, 3), "vector built");
}

TEST(LibCxx, AnAllocatorOfTheUsersOwnIsNotTheUsersLine) {
  EXPECT_EQ(cause_of({in("/home/me/bench", "Arena<int>::allocate(unsigned long)", "/home/me/arena.h"),
                      header("std::__1::allocator_traits<Arena<int> >::allocate(Arena<int>&, unsigned long)"),
                      header("void std::__1::vector<int, Arena<int> >::__push_back_slow_path<int const&>(int const&)"),
                      header("std::__1::vector<int, Arena<int> >::push_back(int const&)"), kUser},
                     4),
            "vector growth");
}

// The library has no symbols for functions that it does not export.
TEST(LibCxx, AFunctionWithoutANameDoesNotHideWhatWorksForWhat) {
  const Frame grow = library(kString + "::__grow_by_and_replace(unsigned long, unsigned long, char const*)");
  EXPECT_EQ(cause_of({kNew, grow, library(""), header(kString + "::operator=(char const*)"), kUser}, 4),
            "string past its small buffer");
  EXPECT_EQ(cause_of({kNew, grow, library(""), kUser}, 3), "string growth");
}

TEST(LibCxx, AStringIsMovedToABlockOfAnotherSize) {
  const Frame resize = library(kString + "::__shrink_or_extend(unsigned long)");
  EXPECT_EQ(cause_of({kNew, resize, header(kString + "::shrink_to_fit()"), kUser}, 3), "string reserve");
  EXPECT_EQ(cause_of({kNew, library(kString + "::__grow_by_and_replace(unsigned long, unsigned long, char const*)"),
                      library(kString + "::replace(unsigned long, unsigned long, char const*, unsigned long)"), kUser},
                     3),
            "string growth");
}

TEST(LibCxx, ContainersThatInsertWhatTheyCopyAreCopied) {
  const Frame node = header(kTree + "::__construct_node<int const&>(int const&)");
  EXPECT_EQ(cause_of({kNew, node, header(kMap + "::operator=(" + kMap + " const&)"), kUser}, 3),
            "node container copied");
  EXPECT_EQ(cause_of({kNew, node, header(kMap + "::operator=(std::initializer_list<int>)"), kUser}, 3),
            "node container insert");
  EXPECT_EQ(cause_of({kNew, header(kList + "::insert_after<int*>(int*, int*, int*)"),
                      header(kList + "::forward_list(" + kList + " const&)"), kUser},
                     3),
            "node container copied");
  EXPECT_EQ(cause_of({kNew, header(kList + "::insert_after(int*, int&&)"), kUser}, 2), "node container insert");
}

TEST(LibCxx, PathsOwnTheirStrings) {
  const std::string path = "std::__1::__fs::filesystem::path";
  EXPECT_EQ(cause_of({kNew, library(kString + "::append(char const*, unsigned long)"),
                      header(path + "::operator/=(" + path + " const&)"),
                      header("std::__1::__fs::filesystem::operator/(" + path + " const&, " + path + " const&)"), kUser},
                     4),
            "filesystem path");
}

TEST(LibCxx, TheFirstExceptionOfAThreadIsOneThatIsThrown) {
  const std::string abi = "/home/me/llvm/lib/libc++abi.so.1";
  EXPECT_EQ(cause_of({in("/lib/x86_64-linux-gnu/libc.so.6", "calloc"), in(abi, ""), in(abi, "__cxa_get_globals"),
                      in(abi, "__cxa_throw"), kUser},
                     4),
            "exception thrown");
}

}  // namespace
}  // namespace mallocop::report
