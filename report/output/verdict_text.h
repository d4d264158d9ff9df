// What a verdict's texts are made of, in every format that people read.
#pragma once

#include <string>
#include <vector>

#include "report/model/profile.h"
#include "report/output/report_input.h"
#include "report/verdict/verdict.h"

namespace mallocop::report {

// Why nothing is proved; empty if the measurement is whole. With a verdict, all that its checks found too.
const std::vector<std::string>& invalid_reasons(const ReportInput& input);

// "PASS: 5 limits kept".
std::string verdict_headline(const Verdict& verdict);

// "parse", or "whole process".
std::string operation_text(const std::string& operation);

// "allocs.mean 3 > 2 (mallocop.toml:5)", without the operation.
std::string violation_text(const Violation& one);

// Who did it: one function of the user's, worst first.
struct Culprit {
  std::string change;         // "new: ", "more: " against a baseline, else ""
  std::string name;           // as place_name
  std::string position;       // as place_position; "" if nothing is known
  std::string impact;         // "2 per call, was 1", "3,000 allocations, 499.0 KiB"
  std::string cause;          // "" if it is unknown
  std::vector<size_t> sites;  // indices into Profile::sites, worst first; none if it is gone
};

// All of them: against a baseline what changed, new ones first; else who allocates.
std::vector<Culprit> culprits_of(const Profile& profile, const Violation& one);

// "new: Parser::copy parser.cpp:88: 1 per call; cause: string copy", on one line.
std::string culprit_text(const Culprit& culprit);

}  // namespace mallocop::report
