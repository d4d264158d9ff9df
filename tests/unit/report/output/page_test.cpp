// The whole page, as people see it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "report/output/escape.h"
#include "report/output/outputs.h"
#include "tests/unit/report/add_stack.h"
#include "tests/unit/report/output/sample_profile.h"

namespace mallocop::report {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string write(const char* format, const ReportInput& input, size_t width = 100) {
  OutputOptions options;
  options.width = width;
  return find_output(format)->write(input, options);
}

TEST(Page, TextIsThePerformanceEngineersPage) {
  EXPECT_EQ(write("text", sample_input()),
            "Performance analysis: ./conductor --calls 1000\n"
            "\n"
            "Baseline\n"
            "  operation            calls  calls/s     p50      p99  allocs/op  bytes/op\n"
            "  Conductor::dispatch  1,000   1.23 M  812 ns  2.05 us      3.001     512 B\n"
            "  parse                   10        -       -        -          0       0 B\n"
            "  whole process: 4,103 allocations of 585.9 KiB, 4,102 frees, 12 temporary; peak 68.4 KiB, leaked\n"
            "    64 B (1 block); 250 ms\n"
            "  live: ## peak 68.4 KiB after 100 ms (threads at once: 67.4 KiB to 70.3 KiB): 62.5 KiB main\n"
            "    (samples/main.cpp:9), 4.9 KiB Conductor::route (samples/conductor.cpp:42), 1000 B in 1 other\n"
            "    place\n"
            "  leaked: 64 B main (samples/main.cpp:9)\n"
            "\n"
            "Bottlenecks\n"
            "  1. Conductor::route samples/conductor.cpp:42\n"
            "     3,000 allocations, 499.0 KiB, >99 % of Conductor::dispatch: 3 per call, in every call\n"
            "     cause: a std::vector grows\n"
            "  2. Conductor::name samples/conductor.cpp:57\n"
            "     1 allocation, 1000 B, <1 % of Conductor::dispatch: 0.001 per call, in the first call only\n"
            "  3. main samples/main.cpp:9\n"
            "     1,102 allocations, 85.9 KiB, 27 % of the process\n"
            "\n"
            "Optimization plan\n"
            "  P1 reserve the vector in Conductor::route\n"
            "     expected: 3 fewer allocations in every call\n"
            "\n"
            "Ledger\n"
            "  valid: 8,123 events of 1 process in 2 threads; 0 lost; no stack truncated; no free ambiguous; 98 %\n"
            "    of 50 frames named\n"
            "  measured with: libc glibc 2.36, architecture x86_64\n"
            "  trace: /tmp/conductor.mcop\n");
}

TEST(Page, TheTimesOfAHarnessStandBesideWhatIsAllocated) {
  ReportInput input = sample_input();
  input.profile.operations[1].harness_time = HarnessTime{12.5, 1100};
  EXPECT_THAT(
      write("text", input),
      HasSubstr("  operation            calls  calls/s     p50      p99  time/op   cpu/op  allocs/op  bytes/op\n"
                "  Conductor::dispatch  1,000   1.23 M  812 ns  2.05 us        -        -      3.001     512 B\n"
                "  parse                   10        -       -        -  12.5 ns  1.10 us          0       0 B\n"));
  EXPECT_THAT(write("markdown", input), HasSubstr("| p99 | time/op | cpu/op | allocs/op |"));
}

TEST(Page, MarkdownSaysTheSame) {
  const std::string text = write("markdown", sample_input());
  EXPECT_THAT(text, HasSubstr("# Performance analysis: ./conductor --calls 1000\n\n## Baseline\n\n"
                              "| operation | calls | calls/s | p50 | p99 | allocs/op | bytes/op |\n"
                              "| --- | ---: | ---: | ---: | ---: | ---: | ---: |\n"
                              "| **Conductor::dispatch** | 1,000 | 1.23 M | 812 ns | 2.05 us | 3.001 | 512 B |\n"));
  EXPECT_THAT(text, HasSubstr("1. **Conductor::route** samples/conductor.cpp:42\n   - 3,000 allocations"));
  EXPECT_THAT(text, HasSubstr("- P1 reserve the vector in Conductor::route\n  - expected: 3 fewer"));
}

TEST(Page, FitsItsWidthAndOneScreen) {
  ReportInput input = sample_input();
  input.profile.operations[0].name = "Scheduler<Actor, Policy>::dispatch_one_message_to_its_actor";
  input.profile.measurement.notes.resize(20, "a note of some length that a reader should know about the measurement");
  for (const size_t width : {80U, 100U, 120U}) {
    std::istringstream lines(write("text", input, width));
    size_t count = 0;
    for (std::string line; std::getline(lines, line); ++count) EXPECT_LE(display_width(line), width) << line;
    EXPECT_LE(count, 40U) << width;
  }
}

TEST(Page, TopLimitsBottlenecksAndSaysHowManyThereAre) {
  OutputOptions options;
  options.top = 1;
  const std::string text = find_output("text")->write(sample_input(), options);
  EXPECT_THAT(text, HasSubstr("Bottlenecks (1 of 3; --top shows more)"));
  EXPECT_THAT(text, Not(HasSubstr("Conductor::name")));
}

TEST(Page, APlaceOfMemoryHasALineIfManyAreAskedFor) {
  OutputOptions options;
  options.top = 4;
  const std::string text = find_output("text")->write(sample_input(), options);
  EXPECT_THAT(text, HasSubstr("KiB)\n     62.5 KiB main (samples/main.cpp:9)\n     4.9 KiB Conductor::route"));
  EXPECT_THAT(text, HasSubstr("  leaked\n     64 B main (samples/main.cpp:9)\n"));
}

TEST(Page, ManyOperationsShowThoseThatAllocateMost) {
  ReportInput input = sample_input();
  input.profile.operations.resize(1);
  for (uint64_t i = 0; i < 20; ++i) {
    input.profile.operations.push_back(input.profile.operations[0]);
    input.profile.operations.back().name = "op" + std::to_string(i);
    input.profile.operations.back().allocations = constant_distribution(i, 1);
  }
  const std::string text = write("text", input);
  EXPECT_THAT(text, HasSubstr("and 13 operations that allocate less (--top 21 shows all)"));
  EXPECT_THAT(text, HasSubstr("  op19 "));
  EXPECT_THAT(text, Not(HasSubstr("  op12 ")));
}

TEST(Page, WithoutOperationsHasTheProcess) {
  ReportInput input;
  input.profile.trace_path = "x.mcop";
  const std::string text = write("text", input);
  EXPECT_THAT(text, HasSubstr("whole process: 0 allocations of 0 B, 0 frees, 0 temporary; peak 0 B, nothing leaked\n"));
  EXPECT_THAT(text, HasSubstr("none: nothing was allocated\n"));
}

TEST(Page, ShowsTheBaselineItWasComparedWith) {
  ReportInput input = sample_input();
  input.after = After{"before", {{"parse", "allocs/op", "3", "4", AfterRow::Change::kWorse}}};
  EXPECT_THAT(write("text", input), HasSubstr("After (against baseline 'before')\n"
                                              "  operation  metric     before  now  change\n"
                                              "  parse      allocs/op       3    4  WORSE\n"));
}

TEST(Page, QuietSaysOnlyWhatIsWrong) {
  ReportInput input = sample_input();
  OutputOptions options;
  options.extent = Extent::kFailure;
  EXPECT_EQ(find_output("text")->write(input, options), "");
  input.verdict = Verdict{};
  EXPECT_EQ(find_output("text")->write(input, options), "");
  input.profile.measurement.valid = false;
  input.profile.measurement.reasons = {"3 events were lost"};
  input.verdict->status = ExitStatus::kInvalid;
  input.verdict->invalid = {"3 events were lost"};
  EXPECT_EQ(find_output("text")->write(input, options),
            "./conductor --calls 1000\n\nVerdict\n  INVALID: the measurement is not whole, so nothing is proved\n"
            "     3 events were lost\n");
}

TEST(Page, LetsNoNameReachTheTerminalRaw) {
  ReportInput input = sample_input();
  const std::string evil = "\x1b]0;x\a\n\xc2\x9b";
  Profile& profile = input.profile;
  profile.command = {evil};
  profile.trace_path = evil;
  profile.fingerprint = {{evil, evil}};
  profile.operations[0].name = evil;
  profile.measurement.notes = {evil};
  frame_at(profile, 0, 1).function = evil;
  frame_at(profile, 1, 1).file = evil;
  profile.sites[0].cause = evil;
  input.plan[0].change = evil;
  input.after = After{evil, {{evil, evil, evil, evil, AfterRow::Change::kSame}}};
  input.verdict = Verdict{};
  input.verdict->status = ExitStatus::kOverBudget;
  input.verdict->violations = {{Violation::Kind::kBudget, evil, evil, evil, evil, evil, evil, {0, 1}}};
  input.verdict->suppressed = {evil};
  for (const char* format : {"text", "markdown"}) {
    for (const char byte : write(format, input)) EXPECT_TRUE(byte == '\n' || (byte >= ' ' && byte < 0x7f)) << format;
  }
}

TEST(FindOutput, KnowsTheFormatsOfThisVersionOnly) {
  EXPECT_NE(find_output("json"), nullptr);
  EXPECT_EQ(find_output("docx"), nullptr);
  EXPECT_FALSE(find_output("markdown")->of_verdicts);
  EXPECT_TRUE(find_output("junit")->of_verdicts);
}

}  // namespace
}  // namespace mallocop::report
