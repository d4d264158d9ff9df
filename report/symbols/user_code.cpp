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
    "__rustc",
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

// Whole names: a crate may be called "rust_panic_test".
constexpr std::string_view kRustEntries[] = {"rust_begin_unwind", "rust_panic", "rust_eh_personality"};

// Who calls the allocate() of an allocator that the user wrote: the container allocates, not he.
constexpr std::string_view kAllocatorCallers[] = {"std::allocator_traits<", "__gnu_cxx::__alloc_traits<",
                                                  "std::pmr::memory_resource::", "std::__allocate_guarded<"};

constexpr std::string_view kRustCrates[] = {"std::", "core::", "alloc::", "hashbrown::"};

constexpr std::string_view kAllocationFunctions[] = {
    "malloc",
    "calloc",
    "realloc",
    "reallocarray",
    "posix_memalign",
    "aligned_alloc",
    "memalign",
    "valloc",
    "pvalloc",
    "operator new",
    "operator new[]",
    "__libc_malloc",
    "__libc_calloc",
    "__rust_alloc",
    "__rust_alloc_zeroed",
    "__rust_realloc",
    "__rdl_alloc",
    "__rdl_alloc_zeroed",
    "__rdl_realloc",
    "__rg_alloc",
    "__rg_alloc_zeroed",
    "__rg_realloc",
    // Wrappers that many programs have: who calls them is who wants the memory.
    "xmalloc",
    "xcalloc",
    "xrealloc",
    "xzalloc",
    "xnmalloc",
    "xnrealloc",
    "xmalloc_array",
    "g_malloc",
    "g_malloc0",
    "g_malloc_n",
    "g_malloc0_n",
    "g_realloc",
    "g_realloc_n",
    "g_try_malloc",
    "Perl_safesysmalloc",
    "Perl_safesyscalloc",
    "Perl_safesysrealloc",
    "PyMem_Malloc",
    "PyMem_Calloc",
    "PyMem_Realloc",
    "PyMem_RawMalloc",
    "PyMem_RawCalloc",
    "PyMem_RawRealloc",
    "PyObject_Malloc",
    "PyObject_Calloc",
    "PyObject_Realloc",
    "_PyObject_Malloc",
    "_PyObject_Calloc",
    "_PyObject_Realloc",
    "_PyMem_RawMalloc",
    "_PyMem_RawCalloc",
    "_PyMem_RawRealloc",
    "av_malloc",
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
  if (std::find(std::begin(kRustEntries), std::end(kRustEntries), name) != std::end(kRustEntries)) return true;
  // People have C++ namespaces called "core": those names end in parameters, and Rust's library has other files.
  if (!frame.file.empty() || name.ends_with(')') || name.ends_with(") const")) return false;
  if (name.starts_with('<')) return is_rust_library_implementation(name);
  return starts_with_one_of(name, kRustCrates);
}

// Whether a frame of the user's is an allocator's, called by this one.
bool calls_allocator(const Frame& caller) {
  return caller.function.find("::allocate") != std::string::npos &&
         starts_with_one_of(without_inline_namespaces(caller.function), kAllocatorCallers);
}

// Whether it may well be a library that the user only calls.
bool is_perhaps_library(const Frame& frame) { return frame.file.empty() && is_system_library(frame.module); }

// In the stack of each node, the innermost of the frames with some property: by its position. What the node itself
// does not have its caller's stack has, so one pass over the nodes does it for all stacks, however deep they are.
class InnermostFrames {
 public:
  // `has`: of a frame, and of the one that called it; none: the stack ends there.
  template <typename Has>
  InnermostFrames(const Profile& profile, Has has) : profile_(profile) {
    positions_.reserve(profile.nodes.size());
    for (const StackNode& node : profile.nodes) {
      uint32_t position = 0;
      while (position < node.count && !has(node.first + position, outer_frame(profile, node, position))) ++position;
      if (position == node.count) {
        const uint32_t outside = node.parent == kNoNode ? kNone : positions_[node.parent];
        position = outside == kNone ? kNone : position + outside;
      }
      positions_.push_back(position);
    }
  }

  std::optional<size_t> of(const Stack& stack) const {
    if (stack.node == kNoNode || positions_[stack.node] == kNone) return std::nullopt;
    const size_t position = positions_[stack.node];
    if (stack.depth != Stack::kWhole && profile_.frames_of(stack).at(position) == nullptr) return std::nullopt;
    return position;
  }

 private:
  static constexpr uint32_t kNone = ~0U;

  static std::optional<FrameIndex> outer_frame(const Profile& profile, const StackNode& node, uint32_t position) {
    if (position + 1 < node.count) return node.first + position + 1;
    NodeIndex caller = node.parent;
    while (caller != kNoNode && profile.nodes[caller].count == 0) caller = profile.nodes[caller].parent;
    if (caller == kNoNode) return std::nullopt;
    return profile.nodes[caller].first;
  }

  const Profile& profile_;
  std::vector<uint32_t> positions_;  // parallel to Profile::nodes
};

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
  // Rust's compiler makes a main() without lines, which calls the library, which calls the user's.
  const auto starts_rust = [](const Frame& frame) { return frame.function.starts_with("std::rt::lang_start"); };
  if (std::any_of(profile.frames.begin(), profile.frames.end(), starts_rust)) {
    for (size_t index = 0; index < kinds.size(); ++index) {
      const Frame& frame = profile.frames[index];
      if (frame.function == "main" && frame.file.empty()) kinds[index] = FrameKind::kOther;
    }
  }
  return kinds;
}

void locate_sites(Profile& profile, const SourceRoot* root) {
  const std::vector<FrameKind> kinds = kinds_of_frames(profile);
  // What a frame is, asked once of each: nodes are many more.
  std::vector<bool> allocator_caller(kinds.size());
  std::vector<bool> perhaps_library(kinds.size());
  for (size_t i = 0; i < kinds.size(); ++i) {
    allocator_caller[i] = calls_allocator(profile.frames[i]);
    perhaps_library[i] = is_perhaps_library(profile.frames[i]);
  }
  const auto is_named_user = [&](FrameIndex frame, std::optional<FrameIndex> caller) {
    return kinds[frame] == FrameKind::kUser && !profile.frames[frame].function.empty() &&
           !(caller && allocator_caller[*caller]);
  };

  const InnermostFrames named_user(profile, is_named_user);
  const InnermostFrames no_library(profile, [&](FrameIndex frame, std::optional<FrameIndex> caller) {
    return !perhaps_library[frame] && is_named_user(frame, caller);
  });
  const InnermostFrames with_source(profile, [&](FrameIndex frame, std::optional<FrameIndex> caller) {
    return !profile.frames[frame].file.empty() && is_named_user(frame, caller);
  });
  const InnermostFrames user(
      profile, [&](FrameIndex frame, std::optional<FrameIndex>) { return kinds[frame] == FrameKind::kUser; });
  const InnermostFrames named(profile, [&](FrameIndex frame, std::optional<FrameIndex>) {
    return kinds[frame] != FrameKind::kAllocation && !profile.frames[frame].function.empty();
  });
  std::vector<bool> owned(kinds.size());
  for (size_t i = 0; root != nullptr && i < owned.size(); ++i) {
    owned[i] = kinds[i] == FrameKind::kUser && root->relative(profile.frames[i].file);
  }
  const InnermostFrames own(profile, [&](FrameIndex frame, std::optional<FrameIndex>) { return owned[frame]; });

  const auto location_in = [&](const Stack& stack) -> std::optional<size_t> {
    if (const auto position = own.of(stack)) return position;
    if (const auto position = named_user.of(stack)) {
      if (position == no_library.of(stack)) return position;
      const auto further_out = with_source.of(stack);  // whoever has no source there is the user after all
      return further_out ? further_out : position;
    }
    const auto position = user.of(stack);
    return position ? position : named.of(stack);
  };
  for (Site& site : profile.sites) {
    site.location = std::nullopt;
    if (site.stack < profile.stacks.size()) site.location = location_in(profile.stacks[site.stack]);
  }
}

}  // namespace mallocop::report
