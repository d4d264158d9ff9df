// Hand-made stacks: what is recognised without debug information, and what is not.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "report/causes/causes.h"
#include "report/symbols/user_code.h"
#include "tests/unit/report/add_stack.h"

namespace mallocop::report {
namespace {

using testing::HasSubstr;

Frame frame(const std::string& function, const std::string& file = "") {
  Frame made;
  made.function = function;
  made.module = "/home/me/bench";
  made.file = file;
  made.line = file.empty() ? 0 : 12;
  return made;
}

Frame libc(const std::string& function) {
  Frame made = frame(function);
  made.module = "/lib/x86_64-linux-gnu/libc.so.6";
  return made;
}

// A site with the texts that it refers to.
struct Explained : Site {
  std::shared_ptr<std::deque<std::string>> texts;
};

// The site of one stack, in the only operation if it is inside one.
Explained explained(const std::vector<Frame>& frames, Site site = {}) {
  Profile profile;
  add_stack(profile, frames);
  if (site.allocations == 0) site.allocations = 1;
  if (site.operation) profile.operations.resize(1);
  profile.sites = {site};
  locate_sites(profile);
  explain_sites(profile);
  return {profile.sites[0], profile.texts};
}

Site largest(uint64_t bytes) {
  Site site;
  site.largest = bytes;
  return site;
}

const Frame kNew = frame("operator new(unsigned long)");
const Frame kUser = frame("run(int)", "/home/me/run.cpp");
const Frame kUserWithoutDebugInfo = frame("run(int)");

TEST(Explain, OutOfLineSymbolsAreEnoughForGrowth) {
  const Explained site =
      explained({kNew,
                 frame("std::vector<int, std::allocator<int> >::_M_realloc_insert<int const&>("
                       "__gnu_cxx::__normal_iterator<int*, std::vector<int, std::allocator<int> > >, int "
                       "const&)"),
                 kUserWithoutDebugInfo},
                largest(64));
  EXPECT_EQ(site.cause, "vector growth");
  EXPECT_THAT(site.advice, HasSubstr("reserve(16) the std::vector<int>"));
}

TEST(Explain, NewWithoutDebugInformationIsUnknown) {
  const Explained site = explained({kNew, kUserWithoutDebugInfo});
  EXPECT_EQ(site.cause, "unknown");
  EXPECT_THAT(site.advice, HasSubstr("-g"));
  EXPECT_EQ(site.expected_impact, "");
}

TEST(Explain, NewInTheUsersOwnLineIsAnObject) {
  EXPECT_EQ(explained({kNew, kUser}).cause, "object or array created with new");
  EXPECT_EQ(explained({frame("operator new[](unsigned long)"), kUser}).cause, "array created with new[]");
}

TEST(Explain, TheAllocatorsOfCAreToldByTheirEvents) {
  EXPECT_EQ(explained({kUser}).cause, "malloc called directly");
  EXPECT_EQ(explained({frame("malloc"), kUserWithoutDebugInfo}).cause, "malloc called directly");
  Site grown;
  grown.allocations = 4;
  grown.reallocations = 3;
  grown.largest = 4096;
  const Explained site = explained({kUser}, grown);
  EXPECT_EQ(site.cause, "realloc called directly");
  EXPECT_THAT(site.advice, HasSubstr("4.0 KiB"));
}

TEST(Explain, TheInnermostCauseCounts) {
  const Frame create = frame(
      "std::__cxx11::basic_string<char, std::char_traits<char>, std::allocator<char> >::_M_create(unsigned long&, "
      "unsigned long)");
  const Frame growth = frame("std::vector<Text, std::allocator<Text> >::_M_realloc_insert<char const*>(char const*&&)");
  EXPECT_EQ(explained({kNew, create, growth, kUser}).cause, "string past its small buffer");
}

TEST(Explain, StacksThatShareFramesAreToldApart) {
  Profile profile;
  add_stack(profile, {kNew, frame("std::locale::classic()"), kUser, frame("run(int)", "/home/me/other.cpp")});
  add_stack_of(profile, {0, 2});
  add_stack_of(profile, {0, 3});
  add_stack_of(profile, {0, 1, 3});
  profile.sites.resize(4);
  for (size_t index = 0; index < profile.sites.size(); ++index) profile.sites[index].stack = index;
  locate_sites(profile);
  explain_sites(profile);
  std::vector<std::string> causes;
  for (const Site& site : profile.sites) causes.emplace_back(site.cause);
  EXPECT_THAT(causes, testing::ElementsAre("stream or locale", "object or array created with new",
                                           "object or array created with new", "stream or locale"));
  EXPECT_EQ(profile.sites[0].location, 2U);
  EXPECT_EQ(profile.sites[1].location, 1U);
}

TEST(Explain, AStringThatGrowsIsNotAStringThatIsMade) {
  const std::string string = "std::__cxx11::basic_string<char, std::char_traits<char>, std::allocator<char> >::";
  const Frame create = frame(string + "_M_create(unsigned long&, unsigned long)");
  const Frame mutate = frame(string + "_M_mutate(unsigned long, unsigned long, char const*, unsigned long)");
  EXPECT_EQ(explained({kNew, create, mutate, frame(string + "_M_append(char const*, unsigned long)"), kUser}).cause,
            "string growth");
  EXPECT_EQ(explained({kNew, create, mutate, kUser}).cause, "string past its small buffer");
  EXPECT_EQ(explained({kNew, create, frame(string + "reserve(unsigned long)"), kUser}).cause, "string reserve");
}

TEST(Explain, ControlBlocksAreToldFromMakeShared) {
  const std::string count = "std::__shared_count<(__gnu_cxx::_Lock_policy)2>::__shared_count<";
  EXPECT_EQ(explained({kNew, frame(count + "Job*>(Job*)"), kUser}).cause, "shared_ptr control block");
  EXPECT_EQ(explained({kNew,
                       frame(count + "Job, std::_Sp_alloc_shared_tag<std::allocator<Job> >>(Job*&, "
                                     "std::_Sp_alloc_shared_tag<std::allocator<Job> >)"),
                       kUser})
                .cause,
            "object created with make_shared");
}

TEST(Explain, TheCRuntimeIsKnown) {
  EXPECT_EQ(explained({libc("_IO_file_doallocate"), libc("_IO_doallocbuf"), kUser}).cause, "stdio buffer");
  EXPECT_EQ(explained({frame("malloc"), frame("__cxa_allocate_exception"), kUser}).cause, "exception thrown");
  EXPECT_EQ(explained({libc("calloc"), libc("_dl_allocate_tls"), libc("pthread_create"), kUser}).cause,
            "thread started");
  EXPECT_EQ(explained({kNew, frame("std::locale::classic()"), kUser}).cause, "stream or locale");
}

TEST(Explain, RustGrowthIsToldByWhatGrows) {
  const Frame grow = frame("alloc::raw_vec::RawVecInner<A>::grow_amortized");
  const Frame user = frame("demo::parse", "src/main.rs");
  EXPECT_EQ(explained({frame("__rust_realloc"), frame("alloc::raw_vec::finish_grow"), grow, user}).cause,
            "Rust Vec growth");
  EXPECT_EQ(explained({grow, frame("alloc::string::String::push_str"), user}).cause, "Rust String growth");
  EXPECT_EQ(explained({grow, frame("alloc::fmt::format::format_inner"), user}).cause, "Rust format!");
  EXPECT_EQ(explained({frame("__rust_alloc"), user}).cause, "unknown");
}

TEST(Explain, WhatAllocatesInsideALibraryIsItsOwn) {
  const Frame growth = frame("std::vector<int, std::allocator<int> >::_M_realloc_insert<int>(int&&)");
  const Frame regex = frame("std::__cxx11::basic_regex<char>::basic_regex(char const*, unsigned int)");
  EXPECT_EQ(explained({kNew, growth, regex, kUser}).cause, "regular expression compiled");
  EXPECT_EQ(explained({kNew, growth, frame("nlohmann::basic_json<>::parse(char const*)"), kUser}).cause,
            "JSON document");
}

TEST(Explain, CopiesAreToldFromOtherConstructors) {
  const std::string vector = "std::vector<int, std::allocator<int> >";
  EXPECT_EQ(explained({kNew, frame(vector + "::vector(" + vector + " const&)"), kUser}).cause, "vector copied");
  EXPECT_EQ(explained({kNew, frame(vector + "::vector(unsigned long, std::allocator<int> const&)"), kUser}).cause,
            "vector built");
  EXPECT_EQ(explained({kNew, frame(vector + "::vector(" + vector + " const&)"),
                       frame("std::optional<" + vector + " >::optional<" + vector + " const&>()"), kUser})
                .cause,
            "value copied into std::optional or std::variant");
}

Frame with_role(Frame made, FrameRole role, uint32_t line) {
  made.role = role;
  made.line = line;
  return made;
}

TEST(Explain, TheFirstUseOfAStaticIsAtItsOwnLine) {
  const Frame inner = frame("Registry::Registry()", "/home/me/run.cpp");
  const Frame declares = with_role(frame("registry()", "/home/me/run.cpp"), FrameRole::kStatic, 7);
  Site first;
  first.operation = std::nullopt;
  first.pattern = Pattern::kFirstOpOnly;
  const Explained site = explained({kNew, inner, declares, kUser}, first);
  EXPECT_EQ(site.cause, "static first used");
  EXPECT_EQ(site.location, 2U);
  EXPECT_THAT(site.evidence, HasSubstr("line 7 makes a static variable"));
  first.pattern = Pattern::kEveryOp;
  EXPECT_EQ(explained({kNew, inner, declares, kUser}, first).cause, "object or array created with new");
}

TEST(Explain, ACoroutinesFrameIsNoObject) {
  EXPECT_EQ(explained({kNew, with_role(kUser, FrameRole::kCoroutine, 3)}).cause, "coroutine frame");
}

TEST(Explain, AnAllocatorOfTheUsersOwnIsNotTheUsersLine) {
  const Explained site = explained({frame("Arena<int>::allocate(unsigned long)", "/home/me/arena.h"),
                                    frame("std::allocator_traits<Arena<int> >::allocate(Arena<int>&, unsigned long)"),
                                    frame("std::vector<int, Arena<int> >::_M_realloc_insert<int>(int&&)"), kUser});
  EXPECT_EQ(site.cause, "vector growth");
  EXPECT_EQ(site.location, 3U);
}

TEST(Explain, WhatTheCompilerWroteIsNotTheUsersLine) {
  const Frame copy = with_role(frame("Order::Order(Order const&)", "/home/me/order.h"), FrameRole::kImplicit, 4);
  EXPECT_EQ(explained({kNew, frame("std::vector<int>::vector(std::vector<int> const&)"), copy, kUser}).location, 3U);
}

TEST(Explain, ALibraryOfTheSystemIsUnknownAtTheLineThatCallsIt) {
  Frame library = frame("inflateInit2_");
  library.module = "/usr/lib/x86_64-linux-gnu/libz.so.1";
  const Explained site = explained({library, kUser});
  EXPECT_EQ(site.cause, "unknown");
  EXPECT_EQ(site.location, 1U);
  EXPECT_EQ(explained({library, kUserWithoutDebugInfo}).location, 0U);
}

TEST(Explain, RustFormattingIsAskedForFurtherOut) {
  const Frame grow = frame("alloc::raw_vec::RawVec<T,A>::reserve");
  const Frame formatter = frame("<demo::Point as core::fmt::Display>::fmt", "/home/me/main.rs");
  const Frame to_string = frame("<T as alloc::string::ToString>::to_string");
  const Explained site = explained({grow, frame("<alloc::string::String as core::fmt::Write>::write_str"), formatter,
                                    to_string, frame("demo::run", "/home/me/main.rs")});
  EXPECT_EQ(site.cause, "Rust format!");
  EXPECT_EQ(site.location, 4U);
  EXPECT_THAT(site.evidence, HasSubstr("to_string"));
}

TEST(Explain, RustFormattingIsAskedForOutsideOfAllFormatters) {
  const Frame write_fmt = frame("core::fmt::Formatter::write_fmt");
  const Frame point = frame("<demo::Point as core::fmt::Display>::fmt", "/home/me/main.rs");
  const Frame line = frame("<demo::Line as core::fmt::Display>::fmt", "/home/me/main.rs");
  const Explained site =
      explained({frame("alloc::raw_vec::RawVec<T,A>::reserve"), write_fmt, point, frame("core::fmt::write"), line,
                 frame("alloc::fmt::format"), frame("demo::run", "/home/me/main.rs")});
  EXPECT_EQ(site.cause, "Rust format!");
  EXPECT_EQ(site.location, 6U);
}

TEST(Explain, ATextThatARustFormatterMakesForItselfIsItsOwn) {
  const Explained site =
      explained({frame("alloc::raw_vec::RawVec<T,A>::reserve"), frame("core::fmt::write"), frame("alloc::fmt::format"),
                 frame("<demo::Point as core::fmt::Display>::fmt", "/home/me/main.rs"), frame("core::fmt::write"),
                 frame("demo::run", "/home/me/main.rs")});
  EXPECT_EQ(site.cause, "Rust format!");
  EXPECT_EQ(site.location, 3U);
}

TEST(Explain, ADerivedCopyIsWhereItIsAskedFor) {
  const Frame to_vec = frame("alloc::slice::<impl [T]>::to_vec");
  const Frame clone = frame("<alloc::string::String as core::clone::Clone>::clone");
  const Frame inner = frame("<demo::Name as core::clone::Clone>::clone", "/home/me/main.rs");
  const Frame outer = frame("<demo::User as core::clone::Clone>::clone", "/home/me/main.rs");
  const Explained copied = explained({to_vec, clone, inner, outer, frame("demo::save", "/home/me/main.rs")});
  EXPECT_EQ(copied.cause, "Rust copy");
  EXPECT_EQ(copied.location, 4U);
  // One that a person wrote may do anything else.
  const Explained written =
      explained({frame("alloc::raw_vec::RawVec<T,A>::reserve"), frame("alloc::vec::Vec<T,A>::push"), outer,
                 frame("demo::save", "/home/me/main.rs")});
  EXPECT_EQ(written.cause, "Rust Vec growth");
  EXPECT_EQ(written.location, 2U);
}

TEST(Explain, WhatIsCollectedMayMakeItsElementsItself) {
  const Frame next = frame("<core::iter::adapters::map::Map<B,I,F> as core::iter::traits::iterator::Iterator>::next");
  const Frame collect = frame("core::iter::traits::iterator::Iterator::collect");
  const Frame user = frame("demo::run", "/home/me/main.rs");
  const auto cause = [](const std::vector<Frame>& frames) { return std::string(explained(frames).cause); };
  EXPECT_EQ(cause({frame("alloc::rc::Rc<T>::new"), frame("core::ops::function::FnMut::call_mut"),
                   frame("core::option::Option<T>::map"), next, collect, user}),
            "Rust Rc or Arc");
  EXPECT_EQ(cause({frame("<alloc::string::String as core::clone::Clone>::clone"),
                   frame("core::option::Option<&T>::cloned"), next, collect, user}),
            "Rust copy");
  EXPECT_EQ(cause({frame("alloc::raw_vec::RawVec<T,A>::reserve"), frame("alloc::vec::Vec<T,A>::extend_desugared"),
                   collect, user}),
            "Rust collect");
}

TEST(Explain, WhatStandsInForAMissingValueIsNoElement) {
  EXPECT_EQ(
      explained({frame("alloc::vec::Vec<T>::with_capacity"), frame("std::env::var_os"), frame("std::env::var"),
                 frame("core::ops::function::FnOnce::call_once"), frame("core::option::Option<T>::unwrap_or_else"),
                 frame("std::thread::spawn"), frame("demo::run", "/home/me/main.rs")})
          .cause,
      "thread started");
}

TEST(Explain, RustsBoxIsToldFromTheBlockOfAVec) {
  const Frame malloc = frame("alloc::alloc::exchange_malloc");
  const Frame user = frame("demo::run", "/home/me/main.rs");
  EXPECT_EQ(explained({malloc, user}).cause, "Rust Vec built");
  EXPECT_EQ(explained({frame("alloc::boxed::box_new_uninit"), frame("alloc::boxed::Box<T>::new_uninit"), user}).cause,
            "Rust Vec built");
  EXPECT_EQ(explained({malloc, frame("alloc::boxed::Box<T>::new"), user}).cause, "Rust Box");
  EXPECT_EQ(explained({malloc, frame("alloc::boxed::Box<T>::new"),
                       frame("alloc::collections::linked_list::LinkedList<T>::push_back"), user})
                .cause,
            "node container insert");
  EXPECT_EQ(explained({frame("alloc::alloc::alloc"), user}).cause, "malloc called directly");
}

TEST(Explain, RustsConversionsAreWhatTheyMake) {
  const Frame user = frame("demo::run", "/home/me/main.rs");
  const auto cause = [&](std::vector<Frame> frames) {
    frames.push_back(user);
    return std::string(explained(frames, largest(40)).cause);
  };
  const Frame alloc = frame("alloc::alloc::alloc");
  const Frame uninit = frame("alloc::boxed::Box<T>::new_uninit");
  EXPECT_EQ(cause({alloc, uninit, frame("<alloc::boxed::Box<T> as core::default::Default>::default")}), "Rust Box");
  EXPECT_EQ(cause({alloc, frame("alloc::alloc::exchange_malloc"), frame("alloc::boxed::Box<T>::new"),
                   frame("<alloc::boxed::Box<T> as core::convert::From<T>>::from"),
                   frame("<T as core::convert::Into<U>>::into")}),
            "Rust Box");
  EXPECT_EQ(cause({alloc, frame("alloc::boxed::Box<T>::new"),
                   frame("<alloc::vec::Vec<T> as core::convert::From<[T; N]>>::from")}),
            "Rust Vec built");
  EXPECT_EQ(cause({alloc, frame("alloc::boxed::Box<T>::clone_from_ref"),
                   frame("alloc::boxed::convert::<impl core::convert::From<&str> for alloc::boxed::Box<str>>::from")}),
            "Rust copy");
  EXPECT_EQ(cause({alloc, frame("<alloc::vec::Vec<T, A> as core::clone::Clone>::clone"),
                   frame("alloc::vec::Vec<T, A>::extend_with"), frame("alloc::vec::from_elem")}),
            "Rust Vec built");
  EXPECT_EQ(cause({alloc, frame("<alloc::vec::Vec<T, A> as core::clone::Clone>::clone")}), "Rust copy");
}

TEST(Explain, RustsTextOfAReferenceIsACopyUnlessItIsFormatted) {
  const auto cause = [](const char* inside) {
    return std::string(
        explained({frame("alloc::raw_vec::RawVec<T,A>::reserve"), frame(inside),
                   frame("<&T as core::fmt::Display>::fmt"), frame("<T as alloc::string::ToString>::to_string"),
                   frame("demo::run", "/home/me/main.rs")})
            .cause);
  };
  EXPECT_EQ(cause("<alloc::string::String as core::fmt::Write>::write_str"), "Rust copy");
  EXPECT_EQ(cause("core::fmt::Formatter::pad_integral"), "Rust format!");
}

TEST(Explain, WhatIsWrittenToIsNoTemporary) {
  const Frame append = frame("std::__cxx11::basic_string<char>::append(unsigned long, char)");
  EXPECT_EQ(explained({kNew, append, frame("fmt::v9::detail::vformat_to<char>(int)"),
                       frame("fmt::v9::format_to<std::back_insert_iterator<std::string> >(int)"), kUser})
                .cause,
            "formatting buffer growth");
  EXPECT_EQ(explained({kNew, append, frame("fmt::v9::detail::vformat_to<char>(int)"),
                       frame("fmt::v9::vformat(fmt::v9::basic_string_view<char>)"), kUser})
                .cause,
            "formatting temporary");
}

TEST(Explain, ElementsThatAreCopiedAsAVectorGrowsAreTheFaultOfTheirMove) {
  const Frame copy = frame("Job::Job(Job const&)", "/home/me/job.h");
  const Frame string = frame(
      "std::__cxx11::basic_string<char, std::char_traits<char>, std::allocator<char> >::"
      "basic_string(std::__cxx11::basic_string<char, std::char_traits<char>, "
      "std::allocator<char> > const&)");
  const Frame move = frame(
      "std::__uninitialized_move_if_noexcept_a<Job*, Job*, std::allocator<Job> >("
      "Job*, Job*, Job*, std::allocator<Job>&)");
  const Frame grow = frame(
      "std::vector<Job, std::allocator<Job> >::_M_realloc_insert<Job>("
      "__gnu_cxx::__normal_iterator<Job*, std::vector<Job, std::allocator<Job> > >, Job&&)");
  const Explained written = explained({kNew, string, copy, move, grow, kUser});
  EXPECT_EQ(written.cause, "vector elements copied as it grows");
  EXPECT_EQ(written.location, 2U);
  const Explained implicit = explained({kNew, string, move, grow, kUser});
  EXPECT_EQ(implicit.cause, "vector elements copied as it grows");
  EXPECT_EQ(implicit.location, 4U);
  const Frame reserve = frame("std::vector<Job, std::allocator<Job> >::reserve(unsigned long)");
  EXPECT_EQ(explained({kNew, string, copy, reserve, kUser}).cause, "vector elements copied as it grows");
  EXPECT_EQ(explained({kNew, string, copy, kUser}).cause, "string copied");
}

TEST(Explain, WhatRustsRuntimeAllocatesAtItsStartIsNobodysToChange) {
  const Explained site =
      explained({libc("malloc"), libc("pthread_getattr_np"), frame("std::rt::lang_start_internal"), frame("main")});
  EXPECT_EQ(site.cause, "Rust runtime started");
  EXPECT_EQ(site.advice, "");
  EXPECT_EQ(site.expected_impact, "");
}

TEST(Explain, EvidenceIsTheFunctionAndWhatTheSiteDoes) {
  Site site;
  site.allocations = 3;
  site.smallest = 4;
  site.largest = 16;
  EXPECT_EQ(
      explained({kNew, frame("std::vector<int, std::allocator<int> >::push_back(int const&)"), kUser}, site).evidence,
      "std::vector<int>::push_back; 3 in all, 4 B to 16 B");
}

TEST(Explain, EvidenceSaysWhatIsNeverFreed) {
  Site site;
  site.allocations = site.leaked_allocations = 3;
  site.operation = 0;
  site.calls = 3;
  site.pattern = Pattern::kEveryOp;
  EXPECT_THAT(explained({kUser}, site).evidence, HasSubstr(", none of them freed"));
  site.leaked_allocations = 2;
  EXPECT_THAT(explained({kUser}, site).evidence, testing::Not(HasSubstr("none of them freed")));
}

TEST(Explain, TextThatRepeatsOneCharacterIsNothingToReferTo) {
  const Frame repeated = frame(
      "std::__cxx11::basic_string<char, std::char_traits<char>, std::allocator<char> >::basic_string(unsigned long, "
      "char, std::allocator<char> const&)",
      "/usr/include/c++/12/bits/basic_string.h");
  const Explained site = explained({kNew, repeated, kUser}, largest(40));
  EXPECT_EQ(site.cause, "string past its small buffer");
  EXPECT_THAT(site.advice, testing::Not(HasSubstr("string_view")));
}

TEST(Explain, ALocaleIsSetOnce) {
  const Explained site = explained({libc("malloc"), libc("_nl_find_locale"), libc("setlocale"), kUser});
  EXPECT_EQ(site.cause, "stream or locale");
  EXPECT_THAT(site.advice, HasSubstr("call it once"));
}

TEST(Explain, WhatNoRowKnowsStaysUnknown) {
  const Explained site = explained({kNew, frame("std::some::new_thing()"), kUser});
  EXPECT_EQ(site.cause, "unknown");
  EXPECT_EQ(site.advice, "");
  EXPECT_EQ(explained({}).cause, "unknown");
  EXPECT_EQ(explained({frame("")}).cause, "unknown");
}

}  // namespace
}  // namespace mallocop::report
