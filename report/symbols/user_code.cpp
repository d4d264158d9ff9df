#include "report/symbols/user_code.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>

#include "report/symbols/short_name.h"

namespace mallocop::report {
namespace {

// Each list is written here and nowhere else. Modules by the start of their file name.
constexpr std::string_view kLibraryModules[] = {
    "libmallocop", "libc.so",   "libm.so",      "libdl.so",     "librt.so", "libpthread", "libstdc++.so",
    "libgcc_s.so", "libc++.so", "libc++abi.so", "libunwind.so", "ld-linux", "linux-vdso", "[vdso]",
};

constexpr std::string_view kLibraryFolders[] = {"/rustc/",       "/rust/deps/",   "/usr/src/rustc",
                                                "/usr/lib/gcc/", "/usr/include/", "/usr/local/include/",
                                                "/usr/lib/llvm"};
constexpr std::string_view kLibraryFolderParts[] = {"/include/c++/", "/libstdc++-v3/", "/.cargo/registry/",
                                                    "/lib/rustlib/src/"};
constexpr std::string_view kGeneratedFiles[] = {".pb.cc", ".pb.h"};

// Where systems have their shared libraries: what is there without debug information is hardly what a person works on
// who built his own code with it.
constexpr std::string_view kSystemLibraries[] = {"/usr/lib/", "/lib/", "/usr/lib64/", "/lib64/"};

constexpr std::string_view kLibraryFunctions[] = {
    "std::",
    "__gnu_cxx::",
    "__cxxabiv1::",
    "__cxa_",
    "operator new",
    "operator delete",
    "__rust_",
    "__rdl_",
    "__rg_",
    "rust_begin_unwind",
    "rust_panic",
    "__libc_",
    "__GI_",
    "_Unwind_",
    // Libraries of headers, which people copy into their own source.
    "nlohmann::",
    "fmt::",
    "google::protobuf::",
    "rapidjson::",
    "boost::",
    "absl::",
    "spdlog::",
};

// Who calls the allocate() of an allocator that the user wrote: the container allocates, not he.
constexpr std::string_view kAllocatorCallers[] = {"std::allocator_traits<", "__gnu_cxx::__alloc_traits<",
                                                  "std::pmr::memory_resource::", "std::__allocate_guarded<"};

constexpr std::string_view kRustCrates[] = {"std::", "core::", "alloc::", "hashbrown::"};

constexpr std::string_view kAllocationFunctions[] = {
    "malloc",         "calloc",         "realloc",
    "reallocarray",   "posix_memalign", "aligned_alloc",
    "memalign",       "valloc",         "pvalloc",
    "operator new",   "operator new[]", "__libc_malloc",
    "__libc_calloc",  "__rust_alloc",   "__rust_alloc_zeroed",
    "__rust_realloc", "__rdl_alloc",    "__rdl_alloc_zeroed",
    "__rdl_realloc",  "__rg_alloc",     "__rg_alloc_zeroed",
    "__rg_realloc",
};

template <typename List>
bool starts_with_one_of(std::string_view text, const List& list) {
  return std::any_of(std::begin(list), std::end(list), [&](std::string_view start) { return text.starts_with(start); });
}

bool is_library_module(std::string_view path) {
  return starts_with_one_of(path.substr(path.rfind('/') + 1), kLibraryModules);
}

bool is_library_file(std::string_view file) {
  return starts_with_one_of(file, kLibraryFolders) ||
         std::any_of(std::begin(kGeneratedFiles), std::end(kGeneratedFiles),
                     [&](std::string_view end) { return file.ends_with(end); }) ||
         std::any_of(std::begin(kLibraryFolderParts), std::end(kLibraryFolderParts),
                     [&](std::string_view part) { return file.find(part) != std::string_view::npos; });
}

// "<alloc::vec::Vec<T> as core::ops::Drop>::drop" is the library's, "<demo::Job as core::fmt::Debug>::fmt" the user's,
// "<T as core::convert::Into<U>>::into" the library's again.
bool is_rust_library_implementation(std::string_view name) {
  std::string_view self = name.substr(1);
  const size_t as = self.find(" as ");
  const std::string_view trait = as == std::string_view::npos ? std::string_view() : self.substr(as + 4);
  self = self.substr(0, as);
  for (const std::string_view reference : {"&", "mut ", "[", "*const ", "*mut ", "dyn "}) {
    if (self.starts_with(reference)) self.remove_prefix(reference.size());
  }
  if (starts_with_one_of(self, kRustCrates)) return true;
  return self.find("::") == std::string_view::npos && starts_with_one_of(trait, kRustCrates);
}

bool is_library_function(const Frame& frame) {
  const std::string_view name = frame.function;
  if (name == "_start" || starts_with_one_of(name, kLibraryFunctions)) return true;
  // People have C++ namespaces called "core": those names end in parameters, and Rust's library has other files.
  if (!frame.file.empty() || name.ends_with(')') || name.ends_with(") const")) return false;
  if (name.starts_with('<')) return is_rust_library_implementation(name);
  return starts_with_one_of(name, kRustCrates);
}

// Whether a frame of the user's is an allocator's, called by this one.
bool calls_allocator(const Frame& caller) {
  return starts_with_one_of(caller.function, kAllocatorCallers) &&
         caller.function.find("::allocate") != std::string::npos;
}

// Whether it may well be a library that the user only calls.
bool is_perhaps_library(const Frame& frame) { return frame.file.empty() && is_system_library(frame.module); }

// The innermost of the user's frames that `owned` marks; none if there is none.
std::optional<size_t> first_owned_frame(const Profile& profile, const std::vector<bool>& owned, const Stack& stack) {
  const StackFrames frames = profile.frames_of(stack);
  size_t position = 0;
  for (auto frame = frames.begin(); frame != frames.end(); ++frame, ++position) {
    if (owned[frame.index()]) return position;
  }
  return std::nullopt;
}

// The positions of the innermost frames of each sort, from one walk that ends at the first that settles it.
std::optional<size_t> first_user_frame(const Profile& profile, const std::vector<FrameKind>& kinds,
                                       const Stack& stack) {
  std::optional<size_t> of_user;
  std::optional<size_t> perhaps;  // named, but a library's unless there is code with debug information further out
  std::optional<size_t> named;
  const StackFrames frames = profile.frames_of(stack);
  size_t position = 0;
  for (auto frame = frames.begin(); frame != frames.end(); ++frame, ++position) {
    const FrameKind kind = kinds[frame.index()];
    const bool has_name = !frame->function.empty();
    if (kind == FrameKind::kUser && has_name) {
      if (const auto caller = std::next(frame); caller != frames.end() && calls_allocator(*caller)) continue;
      if (!perhaps && !is_perhaps_library(*frame)) return position;
      if (perhaps && !frame->file.empty()) return position;
      if (!perhaps) perhaps = position;
    }
    if (kind == FrameKind::kUser && !of_user) of_user = position;
    if (kind != FrameKind::kAllocation && has_name && !named) named = position;
  }
  return perhaps ? perhaps : of_user ? of_user : named;
}

}  // namespace

bool is_user_frame(const Frame& frame) {
  if (frame.function.empty() && frame.module.empty()) return false;
  return frame.role != FrameRole::kImplicit && !is_library_module(frame.module) && !is_library_file(frame.file) &&
         !is_library_function(frame) && !is_allocation_function(frame);
}

bool is_allocation_function(const Frame& frame) {
  // A demangled name starts with its bare one, and nearly all are sorted out by that.
  if (!starts_with_one_of(frame.function, kAllocationFunctions)) return false;
  const std::string name = bare_name(frame.function);
  return std::find(std::begin(kAllocationFunctions), std::end(kAllocationFunctions), name) !=
         std::end(kAllocationFunctions);
}

bool is_system_library(std::string_view module) { return starts_with_one_of(module, kSystemLibraries); }

std::vector<FrameKind> kinds_of_frames(const Profile& profile) {
  std::vector<FrameKind> kinds;
  kinds.reserve(profile.frames.size());
  for (const Frame& frame : profile.frames) {
    kinds.push_back(is_allocation_function(frame) ? FrameKind::kAllocation
                    : is_user_frame(frame)        ? FrameKind::kUser
                                                  : FrameKind::kOther);
  }
  return kinds;
}

void locate_sites(Profile& profile, const SourceRoot* root) {
  const std::vector<FrameKind> kinds = kinds_of_frames(profile);
  std::vector<bool> owned(root == nullptr ? 0 : kinds.size());
  for (size_t i = 0; i < owned.size(); ++i) {
    owned[i] = kinds[i] == FrameKind::kUser && root->relative(profile.frames[i].file);
  }
  for (Site& site : profile.sites) {
    site.location = std::nullopt;
    if (site.stack >= profile.stacks.size()) continue;
    const Stack& stack = profile.stacks[site.stack];
    if (root != nullptr) site.location = first_owned_frame(profile, owned, stack);
    if (!site.location) site.location = first_user_frame(profile, kinds, stack);
  }
}

}  // namespace mallocop::report
