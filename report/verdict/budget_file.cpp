#include "report/verdict/budget_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "report/support/nearest.h"
#include "report/verdict/metrics.h"
#include "report/verdict/toml_place.h"

namespace mallocop::report {
namespace {

constexpr std::array<std::string_view, 3> kTopKeys = {"op", "total", "allow"};
constexpr std::array<std::string_view, 4> kAllowKeys = {"stack", "op", "reason", "expires"};
constexpr std::string_view kWarmup = "warmup";
constexpr std::string_view kScope = "scope";
constexpr std::string_view kRegress = "regress";

std::vector<std::string_view> with(std::span<const std::string_view> names, std::string_view more) {
  std::vector<std::string_view> all(names.begin(), names.end());
  all.push_back(more);
  return all;
}

// Rules that name an operation in full before patterns, else as they stand.
template <typename Rule>
void sort_by_precedence(std::vector<Rule>& rules) {
  std::stable_partition(rules.begin(), rules.end(), [](const Rule& rule) { return is_whole_name(rule.pattern); });
}

class BudgetReader {
 public:
  explicit BudgetReader(const std::string& file) : place_(file) { budget_.file = file; }

  Budget read(const toml::table& root) {
    for (const TomlEntry& entry : entries_in_order(root)) {
      if (entry.key == "op") {
        read_operations(table_of(entry, "write [op.\"NAME\"]"));
      } else if (entry.key == "total") {
        read_total(table_of(entry, "write [total]"));
      } else if (entry.key == "allow") {
        read_allowances(entry);
      } else {
        throw unknown_key(entry, kTopKeys);
      }
    }
    sort_by_precedence(budget_.regress);
    sort_by_precedence(budget_.warmup);
    return std::move(budget_);
  }

 private:
  Error unknown_key(const TomlEntry& entry, std::span<const std::string_view> known) const {
    return place_.error(entry.key_place, unknown_word("key", entry.key, known));
  }

  const toml::table& table_of(const TomlEntry& entry, std::string_view advice) const {
    const toml::table* table = entry.value->as_table();
    if (table == nullptr) {
      throw place_.error(entry.value->source(), fmt::format("'{}' is no table; {}", entry.key, advice));
    }
    return *table;
  }

  void read_operations(const toml::table& operations) {
    for (const TomlEntry& section : entries_in_order(operations)) {
      const toml::table& table = table_of(section, "write [op.\"NAME\"] and the limits below it");
      if (section.key.empty()) throw place_.error(section.key_place, "an operation's name cannot be empty");
      const std::string pattern(section.key);
      budget_.operations.push_back({pattern, place_.line_of(section.key_place)});
      for (const TomlEntry& entry : entries_in_order(table)) read_operation_entry(pattern, entry);
    }
  }

  void read_operation_entry(const std::string& pattern, const TomlEntry& entry) {
    if (entry.key == kWarmup) {
      const auto calls = entry.value->value_exact<int64_t>();
      if (!calls || *calls < 0) {
        throw place_.error(entry.value->source(),
                           "'warmup' wants a number of calls: a whole number that is not negative");
      }
      budget_.warmup.push_back({pattern, static_cast<uint64_t>(*calls)});
      return;
    }
    if (entry.key == kScope) return read_scope(pattern, entry);
    const MetricInfo* metric = find_operation_metric(entry.key);
    if (metric == nullptr) {
      const Error error = unknown_key(entry, with(with(operation_metric_names(), kWarmup), kScope));
      if (!entry.value->is_table()) throw Error(error.status(), error.what());
      // [op.ns.parse] is an operation "ns" with a key "parse".
      throw Error(error.status(), fmt::format("{}; a name with a '.' goes in quotes: [op.\"{}.{}\"]", error.what(),
                                              pattern, entry.key));
    }
    const toml::table* statistics = entry.value->as_table();
    if (statistics == nullptr) {
      add_limit(pattern, *metric, Statistic::kMean, entry);
      return;
    }
    if (statistics->empty()) throw place_.error(entry.value->source(), fmt::format("'{}' limits nothing", entry.key));
    for (const TomlEntry& row : entries_in_order(*statistics)) {
      if (row.key == kRegress) {
        read_regress(pattern, *metric, row);
        continue;
      }
      const StatisticInfo* statistic = find_statistic(row.key);
      if (statistic == nullptr) throw unknown_key(row, with(statistic_names(), kRegress));
      add_limit(pattern, *metric, statistic->statistic, row);
    }
  }

  void read_scope(const std::string& pattern, const TomlEntry& entry) {
    const std::string scope = entry.value->value_exact<std::string>().value_or("");
    if (scope != "thread" && scope != "process") {
      throw place_.error(entry.value->source(),
                         "'scope' is \"thread\" (what the call's own thread allocates) or \"process\" (all threads)");
    }
    if (scope == "thread") return;
    if (!is_whole_name(pattern)) {
      throw place_.error(entry.value->source(),
                         "a scope of \"process\" needs the operation's whole name: it is asked for before the run");
    }
    budget_.process_scopes.push_back({pattern, place_.line_of(entry.value->source())});
  }

  void add_limit(const std::string& pattern, const MetricInfo& metric, Statistic statistic, const TomlEntry& entry) {
    budget_.limits.push_back({.operation = pattern,
                              .whole_process = statistic == Statistic::kTotal,
                              .metric = metric.metric,
                              .statistic = statistic,
                              .most = exact_value(place_, entry, metric.unit),
                              .source = place_.line_of(entry.value->source())});
  }

  void read_regress(const std::string& pattern, const MetricInfo& metric, const TomlEntry& entry) {
    if (metric.metric == Metric::kLatency) {
      throw place_.error(entry.key_place, "'latency' cannot have 'regress': times are not compared with a baseline");
    }
    try {
      const Rational tolerance = parse_percentage(entry.value->value_exact<std::string>().value_or(""));
      budget_.regress.push_back({pattern, metric.metric, tolerance, place_.line_of(entry.value->source())});
    } catch (const QuantityError&) {
      throw place_.error(entry.value->source(), "'regress' wants a percentage in quotes, such as \"5%\"");
    }
  }

  void read_total(const toml::table& total) {
    for (const TomlEntry& entry : entries_in_order(total)) {
      const MetricInfo* metric = find_total_metric(entry.key);
      if (metric == nullptr) throw unknown_key(entry, total_metric_names());
      add_limit("", *metric, Statistic::kTotal, entry);
    }
  }

  void read_allowances(const TomlEntry& entry) {
    const toml::array* list = entry.value->as_array();
    if (list == nullptr) throw place_.error(entry.value->source(), "'allow' is a list of entries; write [[allow]]");
    for (const toml::node& node : *list) {
      const toml::table* table = node.as_table();
      if (table == nullptr) throw place_.error(node.source(), "'allow' is a list of entries; write [[allow]]");
      read_allowance(*table);
    }
  }

  void read_allowance(const toml::table& table) {
    std::string stack;
    Allowance allowance{FunctionPattern(""), {}, {}, {}, place_.line_of(table.source())};
    for (const TomlEntry& entry : entries_in_order(table)) {
      if (entry.key == "stack") {
        stack = text_value(place_, entry);
      } else if (entry.key == "op") {
        allowance.operation = text_value(place_, entry);
      } else if (entry.key == "reason") {
        allowance.reason = text_value(place_, entry);
      } else if (entry.key == "expires") {
        allowance.expires = read_date(entry);
      } else {
        throw unknown_key(entry, kAllowKeys);
      }
    }
    if (stack.empty())
      throw place_.error(table.source(), "[[allow]] has no 'stack': a pattern of functions is missing");
    if (allowance.reason.empty()) {
      throw place_.error(table.source(), "[[allow]] has no 'reason': say why these allocations are allowed");
    }
    allowance.stack = FunctionPattern(stack);
    for (const Allowance& other : budget_.allowances) {
      if (other.stack.text() == stack && other.operation == allowance.operation) {
        throw place_.error(table.source(), fmt::format("this [[allow]] is there already, at {}", other.source));
      }
    }
    budget_.allowances.push_back(std::move(allowance));
  }

  std::chrono::year_month_day read_date(const TomlEntry& entry) const {
    const toml::value<toml::date>* date = entry.value->as_date();
    if (date == nullptr) {
      throw place_.error(entry.value->source(), "'expires' wants a date without quotes, such as 2027-06-30");
    }
    return {std::chrono::year(date->get().year), std::chrono::month(date->get().month),
            std::chrono::day(date->get().day)};
  }

  TomlPlace place_;
  Budget budget_;
};

}  // namespace

Budget parse_budget(std::string_view text, const std::string& file) {
  try {
    return BudgetReader(file).read(toml::parse(text, file));
  } catch (const toml::parse_error& error) {
    // The likeliest slip: [op.ns::parse], because C++ names need quotes.
    const bool header = error.description().find("table header: expected ']', saw ':'") != std::string_view::npos;
    throw TomlPlace(file).error(error.source(),
                                fmt::format("not valid TOML: {}{}", error.description(),
                                            header ? "; a name with ':' goes in quotes: [op.\"NAME\"]" : ""));
  }
}

Budget read_budget(const std::string& file) {
  const auto unreadable = [&file](std::string_view why) {
    return Error(ExitStatus::kUsage, fmt::format("cannot read the budget file '{}': {}", file, why));
  };
  std::error_code ignored;
  if (std::filesystem::is_directory(file, ignored)) throw unreadable("it is a folder");
  errno = 0;
  std::ifstream stream(file, std::ios::binary);
  if (!stream) throw unreadable(std::strerror(errno));
  const std::string text{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
  if (stream.bad()) throw unreadable("reading failed");
  return parse_budget(text, file);
}

}  // namespace mallocop::report
