#include "report/symbols/user_code.h"

#include <gtest/gtest.h>

#include "tests/unit/report/add_stack.h"

namespace mallocop::report {
namespace {

Frame frame(const std::string& function, const std::string& module = "/home/me/bench", const std::string& file = "") {
  Frame made;
  made.function = function;
  made.module = module;
  made.file = file;
  return made;
}

TEST(IsUserFrame, TellsTheUsersCodeFromLibraries) {
  for (const char* name : {"main", "Conductor::dispatch(int)", "core::Engine::run()", "alloc::Pool::take() const",
                           "demo::main", "<demo::Job as core::fmt::Debug>::fmt", "standard::run()", "mallocator()",
                           "(anonymous namespace)::run()", "rust_panic_test::run"}) {
    EXPECT_TRUE(is_user_frame(frame(name))) << name;
  }
  for (const char* name :
       {"std::vector<int, std::allocator<int> >::push_back(int const&)", "operator new(unsigned long)", "malloc",
        "__gnu_cxx::new_allocator<int>::allocate(unsigned long, void const*)", "__cxa_allocate_exception", "_start",
        "alloc::raw_vec::finish_grow", "core::ops::function::FnOnce::call_once", "__rust_alloc",
        "<alloc::vec::Vec<T> as core::clone::Clone>::clone", "<T as core::convert::Into<U>>::into", "rust_panic",
        "rust_begin_unwind", "__rustc::rust_begin_unwind", "<[T] as alloc::slice::hack::ConvertVec>::to_vec",
        "<&alloc::string::String as core::fmt::Display>::fmt"}) {
    EXPECT_FALSE(is_user_frame(frame(name))) << name;
  }
}

TEST(IsUserFrame, LooksAtModuleAndFile) {
  EXPECT_FALSE(is_user_frame(frame("helper", "/lib/x86_64-linux-gnu/libc.so.6")));
  EXPECT_FALSE(is_user_frame(frame("", "/usr/lib/x86_64-linux-gnu/libstdc++.so.6.0.30")));
  EXPECT_FALSE(is_user_frame(frame("malloc", "/opt/lib/libmallocop.so")));
  EXPECT_FALSE(is_user_frame(frame("helper()", "/home/me/bench", "/usr/include/c++/12/bits/stl_vector.h")));
  EXPECT_FALSE(is_user_frame(frame("demo::grow", "/home/me/bench", "/rustc/abc/library/alloc/src/raw_vec.rs")));
  EXPECT_TRUE(is_user_frame(frame("core::run", "/home/me/bench", "/home/me/core.cpp")));
  EXPECT_TRUE(is_user_frame(frame("cool", "/home/me/libcool.so")));
  EXPECT_FALSE(is_user_frame(Frame{}));
}

// Where the site of one stack is put.
std::optional<size_t> location_in(const std::vector<Frame>& frames) {
  Profile profile;
  profile.sites.resize(1);
  profile.sites[0].stack = add_stack(profile, frames);
  locate_sites(profile);
  return profile.sites[0].location;
}

TEST(LocateSites, TakesTheInnermostFrameOfTheUsersOwn) {
  EXPECT_EQ(location_in({frame("operator new(unsigned long)", "/lib/libstdc++.so.6"), frame("std::string::_M_create()"),
                         frame("parse(char const*)"), frame("main"), frame("__libc_start_main", "/lib/libc.so.6")}),
            2U);
}

TEST(LocateSites, PassesWellKnownWrappersOfAllocators) {
  EXPECT_EQ(location_in({frame("malloc"), frame("xmalloc"), frame("read_line"), frame("main")}), 2U);
}

TEST(LocateSites, PrefersANameToAModule) {
  EXPECT_EQ(location_in({frame("malloc"), frame(""), frame("main")}), 2U);
  EXPECT_EQ(location_in({frame("malloc"), frame(""), frame("_start")}), 1U);
}

TEST(LocateSites, FallsBackToALibraryFunctionThatDoesNotAllocate) {
  EXPECT_EQ(location_in({frame("malloc"), frame("operator new(unsigned long)"), frame("std::locale::classic()"),
                         frame("std::ios_base::Init::Init()")}),
            2U);
  EXPECT_EQ(location_in({frame("malloc")}), std::nullopt);
  EXPECT_EQ(location_in({}), std::nullopt);
}

TEST(LocateSites, TheMainThatRustsCompilerMakesIsNotTheUsers) {
  const Frame written = frame("main", "/home/me/bench", "/home/me/main.c");
  for (const Frame& start : {frame("std::rt::lang_start_internal"), frame("std::rt::lang_start::{{closure}}")}) {
    EXPECT_EQ(location_in({frame("malloc"), frame("pthread_getattr_np"), start, frame("main")}), 1U);
    EXPECT_EQ(location_in({frame("malloc"), frame("demo::main"), start, frame("main")}), 1U);
    EXPECT_EQ(location_in({frame("malloc"), frame("std::rt::init"), start, written}), 3U);
  }
}

TEST(LocateSites, FillsTheLocationOfEverySite) {
  Profile profile;
  add_stack(profile, {frame("malloc"), frame("main")});
  add_stack(profile, {}, true);
  profile.sites.resize(3);
  profile.sites[1].stack = 1;
  profile.sites[2].stack = 77;  // damaged
  locate_sites(profile);
  EXPECT_EQ(profile.sites[0].location, 1U);
  EXPECT_EQ(profile.sites[1].location, std::nullopt);
  EXPECT_EQ(profile.sites[2].location, std::nullopt);
}

}  // namespace
}  // namespace mallocop::report
