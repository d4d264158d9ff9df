// Options that several commands share, each declared once.
#pragma once

#include <CLI/App.hpp>
#include <optional>
#include <string>
#include <vector>

#include "report/commands/analysis.h"
#include "report/output/outputs.h"
#include "report/verdict/checks.h"

namespace mallocop::report {

// A list that takes one value each time it is named; a value may look like anything.
CLI::Option* add_list(CLI::App& parser, const char* name, std::vector<std::string>& list, const char* description);

// How a report looks.
struct LookOptions {
  std::string format = "text";
  std::string color = "auto";
  size_t top = 3;
  std::optional<std::string> source_root;
  std::vector<std::string> debug_paths;
  std::string names = "short";
  std::string ranked_by = "allocs";

  bool whole_names() const { return names == "whole"; }
  AnalysisOptions analysis_options() const;
  // What the outputs want to know about the descriptor or file that the report goes to.
  OutputOptions output_options(int descriptor) const;  // -1: a file
  const Output& output() const;
  // So that a mistake costs no run. Throws Error (kUsage) if the source root is no folder or the format is not for so
  // many traces, Error (kError) if this build has not the format.
  void validate(size_t traces = 1) const;
};

// Declares --source-root and --debug-path.
void add_source_options(CLI::App& parser, LookOptions& look);

// Declares those, --format, --color, --top and --names; formats of verdicts only where there may
// be one.
void add_look_options(CLI::App& parser, LookOptions& look, bool has_verdict);

// Declares --by, for commands that show bottlenecks or a plan.
void add_ranking_option(CLI::App& parser, LookOptions& look);

// What to check against, and the baseline to save.
struct CheckOptions {
  CheckRequest request;
  std::optional<std::string> save_baseline;

  // Reads everything that can be read before there is a measurement, so that a mistake costs no run. Throws as
  // check() does.
  void validate() const;
};

// Declares --budget, --limit, --forbid, --baseline, --save-baseline, --strict and --warmup.
void add_check_options(CLI::App& parser, CheckOptions& check);

}  // namespace mallocop::report
