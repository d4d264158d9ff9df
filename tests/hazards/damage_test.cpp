// A real trace that was damaged, and files that are none: an error that names the file or a report that is marked
// invalid, never a crash.
#include <gmock/gmock.h>

#include <filesystem>

#include "report/support/error.h"
#include "report/trace/load_profile.h"
#include "report/trace/trace_file.h"
#include "tests/support/measured.h"

namespace mallocop::test {
namespace {

namespace fs = std::filesystem;
using testing::AnyOf;
using testing::Eq;
using testing::HasSubstr;

class Damage : public Integration {
 protected:
  void make_trace() const {
    ASSERT_TRUE(measure({.words = {program("mark_nested")}}).valid());
    ASSERT_GT(fs::file_size(trace()), 1000U);
  }
  void expect_no_trace(const std::string& path) const {
    for (const std::string command : {"report", "check"}) {
      std::vector<std::string> words = {command, path};
      if (command == "check") words.insert(words.end(), {"--limit", "work:allocs<=0"});
      const Ended ended = mallocop(words);
      EXPECT_EQ(ended.status, 2) << command << " " << path;
      EXPECT_FALSE(ended.signaled);
      EXPECT_THAT(ended.err, HasSubstr(path));
      EXPECT_TRUE(ended.err.starts_with("mallocop: ")) << ended.err;
      EXPECT_EQ(ended.out, "");
    }
  }
};

TEST_F(Damage, ATraceCutAtAnyByteIsRefusedOrInvalid) {
  make_trace();
  const std::string cut = file("cut.mcop");
  fs::copy_file(trace(), cut);
  uint64_t most = report::load_trace(cut, {}).profile.totals.allocations;
  const size_t whole = fs::file_size(cut);
  size_t refused = 0;
  for (size_t size = whole; size-- > 0;) {
    fs::resize_file(cut, size);
    try {
      const report::Profile profile = report::load_trace(cut, {}).profile;
      // The padding of the last record may be missing without harm.
      if (size + 8 <= whole) {
        ASSERT_FALSE(profile.measurement.valid) << size;
      }
      ASSERT_EQ(profile.measurement.valid, profile.measurement.reasons.empty()) << size;
      ASSERT_LE(profile.totals.allocations, most) << size;
      most = profile.totals.allocations;
    } catch (const report::Error& error) {
      ++refused;
      ASSERT_THAT(error.what(), HasSubstr(cut)) << size;
      ASSERT_EQ(error.status(), report::ExitStatus::kUsage) << size;
    }
  }
  EXPECT_GT(refused, 0U);
  EXPECT_LT(refused, 200U) << "only a cut header is no trace";
}

TEST_F(Damage, TheCommandTellsACutTrace) {
  make_trace();
  const std::string cut = file("cut.mcop");
  const size_t whole = fs::file_size(trace());
  for (size_t part = 0; part < 12; ++part) {
    fs::copy_file(trace(), cut, fs::copy_options::overwrite_existing);
    fs::resize_file(cut, whole * part / 12);
    const Ended ended = mallocop({"report", cut});
    EXPECT_THAT(ended.status, AnyOf(Eq(2), Eq(6))) << part;
    EXPECT_FALSE(ended.signaled);
    EXPECT_THAT(ended.out + ended.err, HasSubstr(cut));
    const Ended check = mallocop({"check", "--limit", "outer:allocs<=1000000", cut});
    EXPECT_THAT(check.status, AnyOf(Eq(2), Eq(6))) << part << ": a cut trace must not pass";
  }
}

// The end record says how many windows there are.
TEST_F(Damage, ATraceThatLacksAWindowIsInvalid) {
  make_trace();
  const std::string whole = read("t.mcop");
  size_t windows = 0;
  report::TraceFile records(trace());
  while (const std::optional<report::Record> record = records.next()) {
    if (record->type != trace::RecordType::kWindow) continue;
    ++windows;
    write("less.mcop", whole.substr(0, record->offset) + whole.substr(records.offset()));
    EXPECT_FALSE(report::load_trace(file("less.mcop"), {}).profile.measurement.valid);
    EXPECT_EQ(mallocop({"report", file("less.mcop")}).status, 6);
    EXPECT_EQ(mallocop({"check", "--limit", "total:leaked_bytes<=1000000", file("less.mcop")}).status, 6);
  }
  EXPECT_GT(windows, 0U);
}

TEST_F(Damage, ACutCompanionNeverMakesAnEndOutOfAKill) {
  const Measured killed = measure({.words = {program("calls"), "2000", "3", "kill"}});
  ASSERT_EQ(killed.host.status, 128 + 9);
  ASSERT_EQ(killed.total("allocations"), 6000U);
  const std::string companion = trace() + ".live";
  for (size_t size = fs::file_size(companion); size > 0; size = size > 997 ? size - 997 : 0) {
    fs::resize_file(companion, size);
    const report::Profile profile = report::load_trace(trace(), {}).profile;
    ASSERT_FALSE(profile.measurement.valid) << size;
    ASSERT_FALSE(profile.measurement.finished) << size;
    ASSERT_LE(profile.totals.allocations, 6000U) << size;
  }
  fs::remove(companion);
  const Ended ended = mallocop({"report", trace()});
  EXPECT_EQ(ended.status, 6);
  EXPECT_THAT(ended.out, HasSubstr("companion file"));
}

TEST_F(Damage, OtherFilesAreNoTraces) {
  write("empty", "");
  write("text", "The quick brown fox jumps over the lazy dog; then it does so again, to be longer than a header.\n");
  fs::create_directory(file("folder"));
  expect_no_trace(file("empty"));
  expect_no_trace(file("text"));
  expect_no_trace(file("folder"));
  expect_no_trace(file("missing"));
  expect_no_trace(program("empty"));
  expect_no_trace("/dev/null");
}

}  // namespace
}  // namespace mallocop::test
