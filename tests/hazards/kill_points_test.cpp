// A process may be killed between any two instructions. Here a program is stepped through a hook, instruction by
// instruction; whenever its files have changed, they are copied as a kill would leave them, and reported. So every
// state that the owner of a ring makes visible, and in which order, is looked at: nothing that was published is lost,
// nothing counts twice, nothing comes out of order.
//
// The owner is the ring's only writer and the reader comes when it is dead, so these are all the interleavings there
// are.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <filesystem>

#include "report/trace/load_profile.h"
#include "tests/support/measured.h"
#include "tests/support/order_check.h"
#include "trace/live.h"

namespace mallocop::test {
namespace {

// A file of the stepped process, as it is at the moment.
class Watched {
 public:
  explicit Watched(const std::string& path) : path_(path) {
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    struct stat status {};
    if (fd < 0 || ::fstat(fd, &status) != 0) throw std::runtime_error("no " + path);
    size_ = static_cast<size_t>(status.st_size);
    void* const memory = ::mmap(nullptr, size_, PROT_READ, MAP_SHARED, fd, 0);
    ::close(fd);
    if (memory == MAP_FAILED) throw std::runtime_error("cannot map " + path);
    now_ = static_cast<const char*>(memory);
  }
  ~Watched() { ::munmap(const_cast<char*>(now_), size_); }
  Watched(const Watched&) = delete;
  Watched& operator=(const Watched&) = delete;

  const char* bytes() const { return now_; }
  size_t size() const { return size_; }
  void copy_to(const std::string& path) const {
    std::filesystem::copy_file(path_, path, std::filesystem::copy_options::overwrite_existing);
  }

 private:
  std::string path_;
  size_t size_ = 0;
  const char* now_ = nullptr;
};

// Bytes of such a file whose changes matter.
class Region {
 public:
  Region(const Watched& file, size_t offset, size_t size)
      : now_(file.bytes() + offset), before_(now_, std::min(size, file.size() - offset)) {}

  // Since the last time.
  bool has_changed() {
    if (std::memcmp(now_, before_.data(), before_.size()) == 0) return false;
    before_.assign(now_, before_.size());
    return true;
  }

 private:
  const char* now_;
  std::string before_;
};

// The companion's first chunk of a kind.
size_t find_chunk(const Watched& companion, trace::ChunkKind kind) {
  size_t offset = trace::kLivePage;
  while (offset + sizeof(trace::ChunkHeader) <= companion.size()) {
    trace::ChunkHeader chunk;
    std::memcpy(&chunk, companion.bytes() + offset, sizeof chunk);
    if (chunk.magic != trace::kChunkMagic) break;
    if (chunk.kind == kind) return offset;
    offset += chunk.size;
  }
  throw std::runtime_error("the companion has no such chunk");
}

// A program under the shim and under ptrace, stopped at its first trap.
class Stepped {
 public:
  Stepped(const std::vector<std::string>& words, const std::string& trace) {
    std::vector<char*> arguments;
    for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    const std::string preload = shim();
    process_ = ::fork();
    if (process_ == 0) {
      ::setenv("LD_PRELOAD", preload.c_str(), 1);
      ::setenv("MALLOCOP_OUT", trace.c_str(), 1);
      ::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr);
      ::execv(arguments[0], arguments.data());
      ::_exit(127);
    }
    wait_for_stop();  // of the exec
    go_on(PTRACE_CONT);
  }
  ~Stepped() {
    if (process_ > 0) {
      ::kill(process_, SIGKILL);
      ::waitpid(process_, nullptr, 0);
    }
  }
  Stepped(const Stepped&) = delete;
  Stepped& operator=(const Stepped&) = delete;

  bool is_stopped() const { return stopped_; }
  // One instruction. False if that was the second trap, or the end.
  bool step() {
    if (next_instruction() == kTrap) return false;
    go_on(PTRACE_SINGLESTEP);
    return stopped_;
  }

 private:
  static constexpr long kTrap = 0xcc;

  long next_instruction() const {
    const long address = ::ptrace(PTRACE_PEEKUSER, process_, offsetof(user, regs.rip), nullptr);
    return ::ptrace(PTRACE_PEEKTEXT, process_, address, nullptr) & 0xff;
  }
  void go_on(__ptrace_request how) {
    ::ptrace(how, process_, nullptr, nullptr);
    wait_for_stop();
  }
  void wait_for_stop() {
    int status = 0;
    stopped_ = ::waitpid(process_, &status, 0) == process_ && WIFSTOPPED(status) && WSTOPSIG(status) == SIGTRAP;
  }

  pid_t process_ = -1;
  bool stopped_ = false;
};

struct Way {
  const char* name;
  int kept;              // 2,040 events and a call's end make a ring ready to be emptied
  uint64_t allocations;  // that it adds
  uint64_t frees;
  bool takes_back = false;  // a realloc records the free before the call: whoever is killed inside has freed the block
};

void PrintTo(const Way& way, std::ostream* out) { *out << way.name; }

class KillPoints : public Integration, public testing::WithParamInterface<Way> {
 protected:
  struct Seen {
    uint64_t allocations = 0;
    uint64_t frees = 0;
    friend bool operator==(const Seen&, const Seen&) = default;
  };
  // What a kill at this moment would leave.
  Seen look(const Watched& trace_file, const Watched& companion) const {
    const std::string copy = file("copy.mcop");
    trace_file.copy_to(copy);
    companion.copy_to(copy + ".live");
    const report::LoadedTrace loaded = report::load_trace(copy, {});
    EXPECT_EQ(loaded.profile.measurement.events_lost, 0U);
    EXPECT_FALSE(loaded.profile.measurement.finished);
    EXPECT_EQ(loaded.profile.totals.live_allocations_unknown, 0U);
    EXPECT_THAT(check_order(copy).problems, testing::IsEmpty());
    return {loaded.profile.totals.allocations, loaded.profile.totals.frees};
  }
};

TEST_P(KillPoints, LoseNothingAndCountNothingTwice) {
  const Way& way = GetParam();
  Stepped stepped({program("stepped"), way.name, std::to_string(way.kept)}, trace());
  if (!stepped.is_stopped()) GTEST_SKIP() << "no ptrace here";
  Watched trace_file(trace());
  Watched companion(trace() + ".live");
  Region records(trace_file, 0, 64U << 10);
  Region nodes(companion, find_chunk(companion, trace::ChunkKind::kNodes), 8U << 10);
  Region ring(companion, find_chunk(companion, trace::ChunkKind::kRing), sizeof(trace::RingChunk));

  const Seen first = look(trace_file, companion);
  Seen last = first;
  uint64_t states = 0;
  uint64_t copied = 0;
  while (stepped.step()) {
    const bool changed = static_cast<int>(ring.has_changed()) | static_cast<int>(nodes.has_changed());
    // A window is copied into the trace by thousands of stores; some of them will do.
    const bool record_changed = records.has_changed() && ++copied % 256 == 1;
    if (!changed && !record_changed) continue;
    ++states;
    const Seen now = look(trace_file, companion);
    ASSERT_GE(now.allocations, last.allocations) << "state " << states;
    if (way.takes_back) {
      ASSERT_LE(now.frees, first.frees + 1) << "state " << states;
    } else {
      ASSERT_GE(now.frees, last.frees) << "state " << states;
    }
    last = now;
    ASSERT_FALSE(HasFailure()) << "state " << states;
  }
  ASSERT_TRUE(stepped.is_stopped());
  const Seen expected{first.allocations + way.allocations, first.frees + way.frees};
  EXPECT_EQ(look(trace_file, companion), expected);
  EXPECT_GT(states, 0U);
}

INSTANTIATE_TEST_SUITE_P(All, KillPoints,
                         testing::Values(Way{"alloc", 2, 1, 0}, Way{"again", 2, 1, 0}, Way{"free", 2, 0, 1},
                                         Way{"pair", 2, 1, 1}, Way{"older", 2, 0, 1}, Way{"realloc", 2, 1, 1},
                                         Way{"fail", 2, 0, 0, true}, Way{"mark", 2, 1, 0}, Way{"fold", 2040, 20, 0}),
                         [](const auto& one) { return one.param.name; });

}  // namespace
}  // namespace mallocop::test
