#include "report/commands/benchmark_report.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>

#include "report/harness/google_benchmark.h"
#include "report/support/error.h"
#include "report/trace/append.h"

namespace mallocop::report {
namespace {

constexpr const char* kFileVariable = "BENCHMARK_OUT";
constexpr const char* kFormatVariable = "BENCHMARK_OUT_FORMAT";
constexpr uintmax_t kLargestOutput = uintmax_t{256} << 20;  // bytes

// As Google Benchmark reads it.
bool is_true(std::string value) {
  std::transform(value.begin(), value.end(), value.begin(), [](unsigned char one) { return std::tolower(one); });
  if (value.size() == 1) return std::isalnum(static_cast<unsigned char>(value[0])) && !std::strchr("0fn", value[0]);
  return value != "false" && value != "no" && value != "off";
}

// The value of `--flag=value`, or of `--flag` alone.
std::optional<std::string> value_of(const std::string& word, std::string_view flag, bool alone) {
  if (!word.starts_with(flag)) return std::nullopt;
  if (word.size() == flag.size()) return alone ? std::optional<std::string>("") : std::nullopt;
  return word[flag.size()] == '=' ? std::optional(word.substr(flag.size() + 1)) : std::nullopt;
}

std::string private_file() {
  const char* folder = std::getenv("TMPDIR");
  std::string path = fmt::format("{}/mallocop-benchmark-XXXXXX", folder && *folder ? folder : "/tmp");
  const int file = ::mkstemp(path.data());
  if (file < 0) throw Error(ExitStatus::kError, fmt::format("cannot make '{}': {}", path, std::strerror(errno)));
  ::close(file);
  return std::filesystem::absolute(path);
}

}  // namespace

BenchmarkFlags BenchmarkFlags::read(const std::vector<std::string>& words, const Variable& variable) {
  BenchmarkFlags flags;
  if (const char* file = variable(kFileVariable)) flags.file = file;
  if (const char* format = variable(kFormatVariable)) flags.format = format;
  if (const char* interleaved = variable("BENCHMARK_ENABLE_RANDOM_INTERLEAVING")) {
    flags.interleaved = is_true(interleaved);
  }
  for (size_t index = 1; index < words.size(); ++index) {
    const std::string& word = words[index];
    if (const auto file = value_of(word, "--benchmark_out", false)) {
      flags.file = *file;
      flags.no_file = file->empty();
    } else if (const auto format = value_of(word, "--benchmark_out_format", false)) {
      flags.format = *format;
      flags.format_flag = true;
    } else if (const auto interleaved = value_of(word, "--benchmark_enable_random_interleaving", true)) {
      flags.interleaved = is_true(*interleaved);
    }
  }
  return flags;
}

BenchmarkReport::State BenchmarkReport::state_of(const std::string& path) {
  std::error_code error;
  State state;
  state.size = std::filesystem::file_size(path, error);
  state.exists = !error;
  if (state.exists) state.time = std::filesystem::last_write_time(path, error);
  return state;
}

BenchmarkReport::BenchmarkReport(const std::vector<std::string>& words)
    : flags_(BenchmarkFlags::read(words, [](const char* name) { return std::getenv(name); })) {
  if (!flags_.file.empty()) {
    if (flags_.format == "json") path_ = std::filesystem::absolute(flags_.file);
    before_ = state_of(path_);
    return;
  }
  if (flags_.no_file || (flags_.format_flag && flags_.format != "json")) return;
  path_ = private_file();
  private_ = true;
  environment_ = {{kFileVariable, path_}, {kFormatVariable, "json"}};
}

BenchmarkReport::~BenchmarkReport() {
  if (private_) ::unlink(path_.c_str());
}

void BenchmarkReport::keep(const std::string& trace, std::vector<std::string>& notes) const {
  if (path_.empty()) {
    notes.push_back(
        flags_.no_file
            ? "the names of benchmarks are not known: --benchmark_out= turns Google Benchmark's output off"
            : fmt::format("the names of benchmarks are not known: Google Benchmark's output is '{}', and only "
                          "json has them",
                          flags_.format));
    return;
  }
  const State after = state_of(path_);
  if (!after.exists || after.size == 0 || after == before_) return;  // it ran no benchmark
  std::string problem = fmt::format("it has more than {} bytes", kLargestOutput);
  if (after.size <= kLargestOutput) {
    std::ifstream file(path_, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    if (auto output = parse_benchmark_output(text, problem)) {
      output->interleaved = output->interleaved || flags_.interleaved;
      const bool kept = append_harness_output(trace, trace::kGoogleBenchmarkJson, write_benchmark_output(*output));
      if (kept) return;
      problem = "there is no room for it in the trace, or the trace is damaged";
    }
  }
  notes.push_back(fmt::format("the output of Google Benchmark could not be used: {}", problem));
}

}  // namespace mallocop::report
