// See other_program.h.
#include "report/commands/other_program.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <span>

#include "report/commands/benchmark_program.h"
#include "report/support/error.h"

namespace mallocop::report {
namespace {

bool is_elf_program(const std::string& word) {
  if (word.empty() || word.front() == '-' || word.find('=') != std::string::npos) return false;
  try {
    char magic[4] = {};
    std::ifstream file(resolve_command(word), std::ios::binary);
    return file.read(magic, sizeof magic) && std::string_view(magic, sizeof magic) == "\177ELF";
  } catch (const Error&) {  // there is no such command
    return false;
  }
}

}  // namespace

std::string other_program_advice(const Target& target, const std::vector<std::string>& words) {
  if (target.program != target.path) {
    return fmt::format(
        "; functions were looked for in {}, the interpreter of the script {}: start mallocop in the script, in front "
        "of "
        "the program itself",
        target.program, target.path);
  }
  for (size_t place = 1; place < words.size(); ++place) {
    if (!is_elf_program(words[place])) continue;
    return fmt::format(
        "; functions were looked for in {}: if that only starts {}, put it in front: {} mallocop run … -- {}",
        target.program, words[place], fmt::join(std::span(words).first(place), " "),
        fmt::join(std::span(words).subspan(place), " "));
  }
  return {};
}

bool other_program_ran(const Target& target, bool operations, Profile& profile) {
  std::error_code error;
  const std::filesystem::path looked_at = std::filesystem::canonical(target.program, error);
  if (error || profile.program.empty() || profile.program == looked_at) return false;
  const std::string became = fmt::format("{}, which then ran {} in its place: start mallocop in front of that one",
                                         looked_at.string(), profile.program);
  Measurement& measurement = profile.measurement;
  if (operations) {
    measurement.valid = false;
    measurement.reasons.push_back(fmt::format("the functions of --op were looked for in {}", became));
  } else if (!find_google_benchmark(profile.program).functions.empty()) {
    measurement.notes.push_back(fmt::format("benchmarks are not told apart: they were looked for in {}", became));
  }
  return true;
}

}  // namespace mallocop::report
