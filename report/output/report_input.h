// What an output is given: everything that a report says, as plain data.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "report/model/plan.h"
#include "report/model/profile.h"
#include "report/verdict/verdict.h"

namespace mallocop::report {

// One figure beside what a baseline has for it. Texts are exact and carry their units; "-" where a side has none.
struct AfterRow {
  std::string operation;  // "" for the whole process
  std::string metric;     // "allocs.mean"
  std::string before;
  std::string now;
  enum class Change { kSame, kBetter, kWorse } change = Change::kSame;
};

struct After {
  std::string baseline;  // its name
  std::vector<AfterRow> rows;
};

struct ReportInput {
  Profile profile;
  std::vector<PlanItem> plan;
  std::optional<Verdict> verdict;
  std::optional<After> after;
};

// How much of the page: all of it; the verdict with what it rests on; the verdict only, and only if it is no pass.
enum class Extent { kWhole, kVerdict, kFailure };

// How much to say and how; outputs ignore what they have no use for.
struct OutputOptions {
  Extent extent = Extent::kWhole;
  size_t top = 3;      // bottlenecks, plan items
  size_t width = 100;  // columns of text
  bool color = false;
  bool unicode = false;  // the locale can show more than ASCII
  bool compact = false;  // JSON: on one line
  size_t index = 0;      // of the trace among those of the command
  // Formats that point at lines name files from here, and leave those out that are not below it.
  std::string source_root = ".";
  // JSON: bytes of the text of sites; from there on stacks keep their innermost 16 frames.
  size_t most_stack_text = size_t{256} << 20;
};

}  // namespace mallocop::report
