// Libraries that are closed and opened while stacks lead through them, and that are bound while they run.
#include <dlfcn.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <numeric>
#include <shared_mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "tests/exactness/exactness_test.h"
#include "tests/exactness/reference.h"

namespace mallocop::exactness {
namespace {

using GoOn = void (*)(void*);
void go_on_from_library(void* walk) {
  go_on(*static_cast<Walk*>(walk));
  keep(walk);
}

class Library {
 public:
  explicit Library(const char* name) { open(name); }
  ~Library() {
    close();
    forget();
  }
  Library(const Library&) = delete;
  Library& operator=(const Library&) = delete;

  // The shim's dlclose does both, one after the other.
  void close() {
    dlclose(handle_);
    flush_libunwind();
  }
  static void forget(bool others_open = false) { world().engine.forget_unmapped(others_open); }
  void open(const char* name) {
    handle_ = dlopen((std::string(LIBRARIES) + "/" + name).c_str(), RTLD_LAZY | RTLD_LOCAL);
    if (handle_ == nullptr) throw std::runtime_error(dlerror());
  }

  template <typename Function>
  Function* find(const char* name) const {
    return reinterpret_cast<Function*>(dlsym(handle_, name));
  }
  uintptr_t place() const {
    Dl_info info{};
    dladdr(dlsym(handle_, "frames"), &info);
    return reinterpret_cast<uintptr_t>(info.dli_fbase);
  }

 private:
  void* handle_;
};

constexpr const char* kVersions[] = {"exact_reused_place_1.so", "exact_reused_place_2.so", "exact_reused_place_3.so",
                                     "exact_reused_place_4.so"};

using LibraryFrame = void (*)(GoOn, void*);
std::atomic<const LibraryFrame*> g_frames{nullptr};
void through_library(Walk& walk) {
  g_frames.load(std::memory_order_relaxed)[walk.random.below(4)](go_on_from_library, &walk);
  keep(&walk);
}
constexpr Frame kThroughLibrary[] = {through_library};

class Libraries : public Exactness {
 protected:
  const OtherStacks other_stacks_;
  const Mixture mixture_{
      {kPlainFrames, 1}, {kTwinFrames, 1}, {kCallFrames, 1}, {kExceptionFrames, 1}, {{kThroughLibrary, 1}, 20}};
  const Plan plan_{.list = mixture_.list(), .most_frames = 12};
};

TEST_F(Libraries, ComeToLieWhereOthersLay) {
  constexpr uint64_t kRounds = 30;
  uintptr_t before = 0;
  uint64_t reused = 0;
  for (uint64_t round = 0; round < kRounds; ++round) {
    const Library library(kVersions[round % 4]);
    reused += library.place() == before;
    before = library.place();
    g_frames = library.find<const LibraryFrame>("frames");
    // The same walks in each version; but the last one is new, and is the first one in the next version. They are
    // called from one place, so that all of the stack is as it was.
    std::vector<uint64_t> seeds(share(5) / kRounds + 4);
    std::iota(seeds.begin(), seeds.end(), seed());
    seeds.front() = seeds.back() + round;
    seeds.back() = seeds.front() + 1;
    for (const uint64_t each : seeds) walk_once(plan_, each);
  }
  EXPECT_GT(reused, kRounds / 2);
}

// Another thread opens a library between the close of the one before and the engine's look at what is gone: there is a
// library at that place, and its link map may be where the other's was.
TEST_F(Libraries, ComeBeforeTheOthersAreForgotten) {
  Library library(kVersions[0]);
  for (uint64_t round = 1; round <= 20; ++round) {
    g_frames = library.find<const LibraryFrame>("frames");
    walk_until(plan_, share(1) / 20 + 1, seed() + round);
    library.close();
    library.open(kVersions[round % 4]);
    Library::forget(true);
  }
}

// A handler is called from code that the compiler brings with it (crtbeginS.o), and that has no unwind information.
void go_on_from_handler(void* walk) {
  ++t_frames_without_information;
  go_on_from_library(walk);
  --t_frames_without_information;
}

TEST_F(Libraries, RunHandlersWhenTheyAreClosed) {
  for (uint64_t round = 0; round < 20; ++round) {
    Walk walk{
        .random = Random(seed() + round), .depth = 4, .between = 3, .list = kExceptionFrames, .leaf = compare_at_leaf};
    const Library library(kVersions[round % 4]);
    library.find<void(GoOn, GoOn, void*)>("call_at_end")(go_on_from_handler, go_on_from_library, &walk);
  }
  EXPECT_GE(counts().stacks, before_.stacks + 40);
}

// The threads that walk are in no library while one is closed, but their caches remember it.
TEST_F(Libraries, AreClosedWhileOtherThreadsWalk) {
  std::shared_mutex open;
  std::atomic<bool> stop{false}, closing{false};
  auto library = std::make_unique<Library>(kVersions[0]);
  g_frames = library->find<const LibraryFrame>("frames");
  std::vector<std::thread> threads;
  for (uint64_t number = 0; number < 3; ++number)
    threads.emplace_back([&, number] {
      prepare_thread();
      const OtherStacks other_stacks;
      for (uint64_t walk = 0; !stop; ++walk) {
        while (closing) std::this_thread::yield();
        const std::shared_lock is_open(open);
        walk_once(plan_, seed() + number * 8 + walk % 40);
      }
    });
  const uint64_t end = counts().stacks + share(3);
  for (size_t version = 1; counts().stacks < end; ++version) {
    std::this_thread::sleep_for(std::chrono::milliseconds(3));
    closing = true;
    const std::unique_lock is_closed(open);
    closing = false;
    library.reset();
    library = std::make_unique<Library>(kVersions[version % 4]);
    g_frames = library->find<const LibraryFrame>("frames");
  }
  stop = true;
  for (std::thread& thread : threads) thread.join();
}

TEST_F(Libraries, AreBoundWhileTheyRun) {
  const Mixture mixture{{kPlainFrames, 1}, {kTwinFrames, 1}};  // no locks of the dynamic linker's here
  const uint64_t end = counts().stacks + share(1);
  for (uint64_t round = 0; counts().stacks < end; ++round) {
    Walk walk{
        .random = Random(seed() + round), .depth = 4, .between = 3, .list = mixture.list(), .leaf = compare_at_leaf};
    const ComparingInMalloc comparing;
    const Library library("exact_lazy.so");
    EXPECT_EQ(library.find<int(GoOn, void*)>("call_all")(go_on_from_library, &walk), 22);
  }
}

}  // namespace
}  // namespace mallocop::exactness
