// However a process ends, the report has every event that was published before: the program's own counts, kept in a
// mapped file that outlives it, are the truth.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include <filesystem>
#include <random>
#include <thread>

#include "tests/support/measured.h"

namespace mallocop::test {
namespace {

using testing::HasSubstr;

struct Counts {
  volatile uint64_t allocations;
  volatile uint64_t frees;
};

class Deaths : public Integration {
 protected:
  Deaths() {
    write("counts", std::string(sizeof(Counts), '\0'));
    const int fd = ::open(file("counts").c_str(), O_RDWR | O_CLOEXEC);
    void* const memory = ::mmap(nullptr, sizeof(Counts), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    ::close(fd);
    counts_ = memory == MAP_FAILED ? nullptr : static_cast<Counts*>(memory);
  }
  ~Deaths() override {
    if (counts_ != nullptr) ::munmap(counts_, sizeof(Counts));
  }
  void SetUp() override { ASSERT_NE(counts_, nullptr); }
  void start_again() const {
    counts_->allocations = 0;
    counts_->frees = 0;
    std::filesystem::remove(trace());
    std::filesystem::remove(trace() + ".live");
  }
  Command publisher(uint64_t steps, const std::string& end) const {
    return {.words = {program("publisher"), file("counts"), std::to_string(steps), end}};
  }

  Counts* counts_ = nullptr;
};

struct Way {
  const char* end;
  int status;     // as the shell tells it
  bool finished;  // the exit handlers ran
  bool killed = false;
};

void PrintTo(const Way& way, std::ostream* out) { *out << way.end; }

class WaysToEnd : public Deaths, public testing::WithParamInterface<Way> {};

TEST_P(WaysToEnd, LoseNothing) {
  const Way& way = GetParam();
  for (const uint64_t steps : {0U, 1U, 100U, 100003U}) {
    start_again();
    const Measured measured = measure(publisher(steps, way.end));
    EXPECT_EQ(measured.host.status, way.status);
    EXPECT_EQ(counts_->allocations, steps);
    EXPECT_EQ(measured.total("allocations"), steps);
    EXPECT_EQ(measured.total("frees"), counts_->frees);
    EXPECT_EQ(measured.report["measurement"]["finished"], way.finished) << steps;
    EXPECT_EQ(measured.report["measurement"]["events_lost"], 0);
    EXPECT_EQ(measured.valid(), way.finished) << measured.reporter.out;
    EXPECT_EQ(measured.reporter.status, way.finished ? 0 : 6);
    if (!way.finished) {
      EXPECT_THAT(measured.report["measurement"]["reasons"].dump(), HasSubstr("did not end in order"));
    }
  }
}

TEST_P(WaysToEnd, AreToldByTheLauncher) {
  const Way& way = GetParam();
  const uint64_t steps = 5000;
  const Command command = publisher(steps, way.end);
  std::vector<std::string> words = {"run", "--format", "json", "-o", trace(), "--"};
  words.insert(words.end(), command.words.begin(), command.words.end());
  const Ended run = mallocop(words);
  EXPECT_EQ(run.status, way.status) << run.err;
  EXPECT_FALSE(run.signaled);
  const Json report = Json::parse(run.err, nullptr, false);
  ASSERT_TRUE(report.is_object()) << run.err;
  EXPECT_EQ(report["totals"]["allocations"], steps);
  // Whoever waited for the process knows that it was not killed, and finishes its trace.
  EXPECT_EQ(report["measurement"]["finished"], !way.killed);
  EXPECT_EQ(report["measurement"]["valid"], !way.killed);
  EXPECT_TRUE(report["verdict"].is_null());
  const Measured again = report_of({});
  EXPECT_EQ(again.valid(), !way.killed) << again.reporter.out;
  EXPECT_EQ(again.total("allocations"), steps);
}

INSTANTIATE_TEST_SUITE_P(All, WaysToEnd,
                         testing::Values(Way{"exit", 3, true}, Way{"segv", 128 + SIGSEGV, false, true},
                                         Way{"abort", 128 + SIGABRT, false, true}, Way{"_exit", 5, false},
                                         Way{"quick_exit", 6, false}),
                         [](const auto& one) { return one.param.end; });

// The process goes on as another program, which is measured in its place.
TEST_F(Deaths, OfAProgramByExecLeaveTheProgramThatItBecame) {
  for (const With with : {With::kPreload, With::kLauncher}) {
    start_again();
    Command command = publisher(5000, "exec");
    command.words.insert(command.words.end(), {program("calls"), "10", "2", "4"});
    const Measured measured = measure(command, with);
    EXPECT_EQ(measured.host.status, 4) << measured.host.err;
    EXPECT_EQ(counts_->allocations, 5000U);
    ASSERT_TRUE(measured.valid()) << measured.reporter.err << measured.reporter.out;
    EXPECT_EQ(measured.total("allocations"), 20U);
    EXPECT_EQ(measured.report["command"][0], program("calls"));
  }
}

TEST_F(Deaths, AKillFromOutsideLosesNoPublishedEvent) {
  const auto seed = static_cast<uint64_t>(testing::UnitTest::GetInstance()->random_seed());
  std::mt19937_64 random(seed);
  for (int round = 0; round < 100; ++round) {
    start_again();
    const uint64_t point = 1 + random() % (round % 2 == 0 ? 3000U : 400000U);
    SCOPED_TRACE(point);
    RunningCommand running(under_shim(publisher(0, "forever")));
    while (counts_->allocations < point && ::kill(running.process(), 0) == 0) std::this_thread::yield();
    ASSERT_EQ(::kill(running.process(), SIGKILL), 0);
    const Measured measured = report_of(running.wait());
    EXPECT_EQ(measured.host.status, 128 + SIGKILL);
    EXPECT_EQ(measured.reporter.status, 6) << measured.reporter.err;
    EXPECT_FALSE(measured.valid());
    ASSERT_TRUE(measured.report.is_object()) << measured.reporter.err;
    EXPECT_EQ(measured.report["measurement"]["finished"], false);
    // It may have died between counting a step and making it; a free is recorded before it is made.
    EXPECT_GE(counts_->allocations, point);
    EXPECT_GE(measured.total("allocations") + 1, counts_->allocations);
    EXPECT_LE(measured.total("allocations"), counts_->allocations);
    EXPECT_GE(measured.total("frees") + 1, counts_->frees);
    EXPECT_LE(measured.total("frees"), counts_->frees);
    EXPECT_EQ(measured.report["measurement"]["events_lost"], 0);
  }
}

}  // namespace
}  // namespace mallocop::test
