// The output of Google Benchmark for a run: asks for it, finds it, and puts it into the trace.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace mallocop::report {

// What the user asked Google Benchmark for, on the command's line or in the environment. The last flag counts, and a
// flag counts more than a variable.
struct BenchmarkFlags {
  std::string file;             // --benchmark_out; empty: none
  std::string format = "json";  // --benchmark_out_format
  bool format_flag = false;     // on the line, where a variable cannot change it
  bool no_file = false;         // --benchmark_out= with nothing behind it: none shall be written
  bool interleaved = false;     // --benchmark_enable_random_interleaving

  using Variable = std::function<const char*(const char* name)>;
  static BenchmarkFlags read(const std::vector<std::string>& words, const Variable& variable);
};

class BenchmarkReport {
 public:
  // Before the run. Where the user did not ask for a file, a private one is made, which goes with this object.
  explicit BenchmarkReport(const std::vector<std::string>& words);
  ~BenchmarkReport();
  BenchmarkReport(const BenchmarkReport&) = delete;
  BenchmarkReport& operator=(const BenchmarkReport&) = delete;

  // For the command.
  const std::vector<std::pair<std::string, std::string>>& environment() const { return environment_; }

  // After the run: puts what the file says into the trace. Notes say why there is nothing to put.
  void keep(const std::string& trace, std::vector<std::string>& notes) const;

 private:
  struct State {  // of a file; a run that does not touch it leaves an old output
    bool exists = false;
    std::filesystem::file_time_type time;
    uintmax_t size = 0;
    friend bool operator==(const State&, const State&) = default;
  };
  static State state_of(const std::string& path);

  BenchmarkFlags flags_;
  std::string path_;  // of the file to read; empty: none can be
  bool private_ = false;
  State before_;
  std::vector<std::pair<std::string, std::string>> environment_;
};

}  // namespace mallocop::report
