// Most programs have nothing to do with Google Benchmark, and reading the symbols of a large one takes time: so first
// it is only asked whether a file has the name of the function at all.
#include "report/commands/benchmark_program.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "report/code/function_list.h"
#include "report/code/module_code.h"
#include "report/detour/libraries.h"
#include "report/detour/plan_function.h"
#include "report/support/error.h"
#include "report/trace/mapped_file.h"

namespace mallocop::report {
namespace {

using trace::PlanAction;

constexpr std::string_view kBegin = "_ZN9benchmark5State16StartKeepRunningEv";
struct Bracket {
  std::string_view symbol;
  PlanAction action;
  bool needed;  // without it nothing can be told; the others may be inlined where they are not used
};
constexpr Bracket kBrackets[] = {
    {kBegin, PlanAction::kBatchBegin, true},
    {"_ZN9benchmark5State17FinishKeepRunningEv", PlanAction::kBatchEnd, true},
    {"_ZN9benchmark5State11PauseTimingEv", PlanAction::kBatchPause, false},
    {"_ZN9benchmark5State12ResumeTimingEv", PlanAction::kBatchResume, false},
};

constexpr std::string_view kLibrary = "libbenchmark.so";

// Texts that it has even when it is stripped.
constexpr std::string_view kFlags[] = {"benchmark_min_time", "benchmark_filter", "benchmark_repetitions"};

bool has_text(std::string_view bytes, std::string_view text) { return bytes.find(text) != std::string_view::npos; }

// False where the module does not have the functions.
bool plan_brackets(const std::string& path, BenchmarkProgram& result) {
  ModuleCode module(path);
  const FunctionList functions(module);
  if (!functions.find(kBegin)) return false;
  for (const Bracket& bracket : kBrackets) {
    if (!bracket.needed && !functions.find(bracket.symbol)) continue;
    Outcome outcome = plan_symbol(module, functions, bracket.symbol, bracket.action);
    if (!outcome.planned) {
      result.functions.clear();
      result.notes.push_back(fmt::format(
          "the benchmarks of Google Benchmark cannot be told from the rest of the program: {}", outcome.refusal));
      return true;
    }
    result.functions.push_back(std::move(*outcome.planned));
  }
  return true;
}

}  // namespace

BenchmarkProgram find_google_benchmark(const std::string& program) {
  BenchmarkProgram result;
  try {
    const MappedFile file(program);
    const std::string_view bytes(reinterpret_cast<const char*>(file.bytes().data()), file.bytes().size());
    const bool named = has_text(bytes, kBegin);
    if (named && plan_brackets(program, result)) return result;
    if (named || has_text(bytes, kLibrary)) {
      for (const std::string& library : libraries_of(program)) {
        const std::string name = std::filesystem::path(library).filename();
        if (name.starts_with(kLibrary) && plan_brackets(library, result)) return result;
      }
    }
    const bool flags =
        std::all_of(std::begin(kFlags), std::end(kFlags), [&](std::string_view flag) { return has_text(bytes, flag); });
    if (flags && !named) {
      result.notes.emplace_back(
          "the program seems to be built with Google Benchmark but is stripped, so its benchmarks cannot be told from "
          "the "
          "rest of it; measure a build that has its symbols");
    }
  } catch (const Error&) {  // whether it can be measured at all is said elsewhere
    result.functions.clear();
  }
  return result;
}

}  // namespace mallocop::report
