// Read as a stream of tokens: memory is bounded by the entries that are kept, and of a key that stands twice in an
// entry the first counts. (A user's counter may be called "iterations"; Google Benchmark writes its own fields first.)
#include "report/harness/google_benchmark.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

namespace mallocop::report {
namespace {

using Json = nlohmann::json;

constexpr uint64_t kMostThreads = 1 << 16;
constexpr const char* kInterleaving = "random_interleaving";  // in the context: mallocop's, not Google Benchmark's

// An object of "benchmarks", with those of its fields that are looked at.
struct Entry {
  std::map<std::string, std::string, std::less<>> texts;
  std::map<std::string, double, std::less<>> numbers;
  std::map<std::string, uint64_t, std::less<>> counts;
  std::set<std::string, std::less<>> keys;  // those and others that matter by being there

  bool has(std::string_view key) const { return keys.contains(key); }
  std::string text(std::string_view key) const {
    const auto place = texts.find(key);
    return place == texts.end() ? std::string() : place->second;
  }
  std::optional<uint64_t> count(std::string_view key) const {
    const auto place = counts.find(key);
    return place == counts.end() ? std::nullopt : std::optional(place->second);
  }
  // In nanoseconds, by the entry's unit.
  std::optional<double> time(std::string_view key) const {
    const auto place = numbers.find(key);
    if (place == numbers.end()) return std::nullopt;
    static const std::map<std::string, double, std::less<>> kUnits = {{"ns", 1}, {"us", 1e3}, {"ms", 1e6}, {"s", 1e9}};
    const auto unit = kUnits.find(text("time_unit"));
    const double value = place->second * (unit == kUnits.end() ? 1 : unit->second);
    return std::isfinite(value) && value >= 0 ? std::optional(value) : std::nullopt;
  }
  std::string name() const { return has("run_name") ? text("run_name") : text("name"); }
};

const std::set<std::string, std::less<>> kKeys = {
    "name",
    "run_name",
    "run_type",
    "aggregate_name",
    "repetitions",
    "threads",
    "iterations",
    "real_time",
    "cpu_time",
    "time_unit",
    "error_occurred",
    "error_message",
    "skipped",
    "skip_message",
    "allocs_per_iter",
    "max_bytes_used",
    "family_index",
    "repetition_index",
    "per_family_instance_index",
};

class Builder {
 public:
  // False: there are more than are looked at.
  bool add(const Entry& entry) {
    if (++entries_ > kMostBenchmarkEntries) return false;
    return entry.text("run_type") == "aggregate" ? add_aggregate(entry) : add_repetition(entry);
  }
  BenchmarkOutput output;

 private:
  using Instance = std::tuple<std::string, std::optional<uint64_t>, std::optional<uint64_t>>;
  static Instance instance_of(const Entry& entry) {
    return {entry.name(), entry.count("family_index"), entry.count("per_family_instance_index")};
  }

  Benchmark& begin(const Entry& entry) {
    Benchmark benchmark;
    benchmark.name = entry.name().substr(0, kLongestBenchmarkName);
    benchmark.threads = std::max<uint64_t>(1, entry.count("threads").value_or(1));
    benchmark.manual_time = (benchmark.name + '/').find("/manual_time/") != std::string::npos;
    instance_ = instance_of(entry);
    return output.benchmarks.emplace_back(std::move(benchmark));
  }

  bool continues(const Entry& entry, bool told) const {
    return !output.benchmarks.empty() && instance_ == instance_of(entry) && told_ == told;
  }

  bool add_repetition(const Entry& entry) {
    BenchmarkRepetition one;
    one.iterations = entry.count("iterations");
    one.real_ns = entry.time("real_time");
    one.cpu_ns = entry.time("cpu_time");
    one.failed = entry.has("error_occurred") || entry.has("skipped");
    one.memory_run = entry.has("allocs_per_iter") && entry.has("max_bytes_used");
    const size_t index = entry.count("repetition_index").value_or(0);
    const bool next = continues(entry, true) && index != 0 && index == output.benchmarks.back().repetitions.size();
    Benchmark& benchmark = next ? output.benchmarks.back() : begin(entry);
    told_ = true;
    if (one.failed && benchmark.problem.empty()) {
      benchmark.problem = entry.text(entry.has("error_occurred") ? "error_message" : "skip_message");
    }
    benchmark.repetitions.push_back(one);
    return benchmark.threads <= kMostThreads;
  }

  // Beside the repetitions it says nothing new. Complexities ("BigO", "RMS") are of no instance and have no iterations.
  bool add_aggregate(const Entry& entry) {
    if (!entry.has("iterations") || continues(entry, true)) return true;
    if (!continues(entry, false)) {
      const uint64_t repetitions = std::max<uint64_t>(1, entry.count("repetitions").value_or(1));
      if (repetitions > kMostBenchmarkEntries - std::min(untold_, kMostBenchmarkEntries)) return false;
      untold_ += repetitions;
      begin(entry).repetitions.resize(repetitions);
      told_ = false;
    }
    Benchmark& benchmark = output.benchmarks.back();
    if (entry.text("aggregate_name") == "mean" && entry.time("real_time") && entry.time("cpu_time")) {
      benchmark.mean = HarnessTime{*entry.time("real_time"), *entry.time("cpu_time")};
    }
    return benchmark.threads <= kMostThreads;
  }

  Instance instance_;  // of the last benchmark
  bool told_ = true;   // whether it has its repetitions
  size_t entries_ = 0;
  size_t untold_ = 0;
};

class Reader : public Json::json_sax_t {
 public:
  std::string problem;
  Builder builder;
  bool whole() const { return seen_benchmarks_ && depth_ == 0; }

  bool null() override { return true; }
  bool boolean(bool value) override {
    if (depth_ == 2 && section_ == "context" && key_ == kInterleaving) builder.output.interleaved = value;
    // "error_occurred" is there only if it is true; false would say that nothing is wrong.
    if (in_entry() && value && first()) entry_.keys.insert(key_);
    return true;
  }
  bool number_integer(number_integer_t value) override { return number(static_cast<double>(value)); }
  bool number_unsigned(number_unsigned_t value) override {
    if (in_entry() && first()) entry_.counts.emplace(key_, value);
    return number(static_cast<double>(value));
  }
  bool number_float(number_float_t value, const string_t& /*text*/) override { return number(value); }
  bool string(string_t& value) override {
    if (in_entry() && first()) {
      entry_.keys.insert(key_);
      entry_.texts.emplace(key_, value.substr(0, kLongestBenchmarkName));
    }
    return true;
  }
  bool binary(binary_t& /*value*/) override { return true; }
  bool start_object(size_t /*size*/) override {
    ++depth_;
    if (in_entry()) entry_ = {};
    return true;
  }
  bool key(string_t& value) override {
    key_ = value;
    if (depth_ == 1) section_ = value;
    return true;
  }
  bool end_object() override {
    if (in_entry() && !builder.add(entry_)) {
      problem = "it says more than can be looked at";
      return false;
    }
    --depth_;
    return true;
  }
  bool start_array(size_t /*size*/) override {
    if (depth_ == 1 && section_ == "benchmarks") seen_benchmarks_ = true;
    ++depth_;
    return true;
  }
  bool end_array() override {
    --depth_;
    return true;
  }
  bool parse_error(size_t position, const std::string& /*token*/, const Json::exception& /*error*/) override {
    problem = fmt::format("it is not whole, or no JSON (byte {})", position);
    return false;
  }

 private:
  bool in_entry() const { return depth_ == 3 && section_ == "benchmarks"; }
  bool first() const { return kKeys.contains(key_) && !entry_.has(key_); }
  bool number(double value) {
    if (in_entry() && first()) {
      entry_.keys.insert(key_);
      entry_.numbers.emplace(key_, value);
    }
    return true;
  }

  size_t depth_ = 0;
  std::string section_;  // the key of the root that is being read
  std::string key_;
  Entry entry_;
  bool seen_benchmarks_ = false;
};

// Google Benchmark writes "NaN" and "Infinity", which JSON does not have. They become zeros of the same length: no
// counter of a user matters here, and its own figures are numbers.
std::string without_odd_numbers(std::string_view json) {
  std::string text(json);
  bool in_text = false;
  for (size_t i = 0; i < text.size(); ++i) {
    if (in_text && text[i] == '\\') {
      ++i;
    } else if (text[i] == '"') {
      in_text = !in_text;
    } else if (!in_text) {
      for (const std::string_view odd : {"-NaN", "NaN", "-Infinity", "Infinity"}) {
        if (text.compare(i, odd.size(), odd) == 0) text.replace(i, odd.size(), "0" + std::string(odd.size() - 1, ' '));
      }
    }
  }
  return text;
}

void put_time(Json& entry, const char* key, std::optional<double> nanoseconds) {
  if (nanoseconds) entry[key] = *nanoseconds;
}

}  // namespace

bool Benchmark::failed() const {
  return std::any_of(repetitions.begin(), repetitions.end(), [](const auto& one) { return one.failed; });
}

std::optional<HarnessTime> Benchmark::time() const {
  if (mean) return mean;
  HarnessTime sum;
  double count = 0;
  for (const BenchmarkRepetition& one : repetitions) {
    if (!one.real_ns || !one.cpu_ns) continue;
    sum.real_ns += *one.real_ns;
    sum.cpu_ns += *one.cpu_ns;
    ++count;
  }
  if (count == 0) return std::nullopt;
  return HarnessTime{sum.real_ns / count, sum.cpu_ns / count};
}

std::optional<BenchmarkOutput> parse_benchmark_output(std::string_view json, std::string& problem) {
  Reader reader;
  const std::string text = without_odd_numbers(json);
  if (!Json::sax_parse(text, &reader)) {
    problem = reader.problem;
    return std::nullopt;
  }
  if (!reader.whole()) {
    problem = "it has no list of benchmarks";
    return std::nullopt;
  }
  return std::move(reader.builder.output);
}

std::string write_benchmark_output(const BenchmarkOutput& output) {
  Json entries = Json::array();
  uint64_t family = 0;
  for (const Benchmark& benchmark : output.benchmarks) {
    const Json common = {{"run_name", benchmark.name},
                         {"family_index", family++},
                         {"repetitions", benchmark.repetitions.size()},
                         {"threads", benchmark.threads},
                         {"time_unit", "ns"}};
    const bool told = !benchmark.repetitions.empty() && benchmark.repetitions[0].iterations;
    if (!told && !benchmark.failed()) {
      Json entry = common;
      entry.update({{"run_type", "aggregate"}, {"aggregate_name", "mean"}, {"iterations", 0}});
      put_time(entry, "real_time", benchmark.mean ? std::optional(benchmark.mean->real_ns) : std::nullopt);
      put_time(entry, "cpu_time", benchmark.mean ? std::optional(benchmark.mean->cpu_ns) : std::nullopt);
      entries.push_back(std::move(entry));
      continue;
    }
    for (size_t index = 0; index < benchmark.repetitions.size(); ++index) {
      const BenchmarkRepetition& one = benchmark.repetitions[index];
      Json entry = common;
      entry.update({{"run_type", "iteration"}, {"repetition_index", index}});
      if (one.iterations) entry["iterations"] = *one.iterations;
      put_time(entry, "real_time", one.real_ns);
      put_time(entry, "cpu_time", one.cpu_ns);
      if (one.failed) entry.update({{"error_occurred", true}, {"error_message", benchmark.problem}});
      if (one.memory_run) entry.update({{"allocs_per_iter", 0}, {"max_bytes_used", 0}});
      entries.push_back(std::move(entry));
    }
  }
  const Json document = {{"context", {{kInterleaving, output.interleaved}}}, {"benchmarks", std::move(entries)}};
  return document.dump(-1, ' ', true, Json::error_handler_t::replace);
}

}  // namespace mallocop::report
