#include "report/verdict/limit.h"

#include <fmt/format.h>

#include "report/support/error.h"
#include "report/support/nearest.h"
#include "report/verdict/metrics.h"

namespace mallocop::report {
namespace {

constexpr std::string_view kForm =
    "write 'OP:METRIC[.STAT]<=VALUE', such as 'parse:allocs<=2' or 'total:peak_bytes<=64MiB'";

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

// The last colon that stands alone; npos if there is none.
size_t last_single_colon(std::string_view text) {
  for (size_t i = text.size(); i-- > 0;) {
    if (text[i] != ':') continue;
    const bool alone = (i == 0 || text[i - 1] != ':') && (i + 1 == text.size() || text[i + 1] != ':');
    if (alone) return i;
  }
  return std::string_view::npos;
}

}  // namespace

Limit parse_limit_option(std::string_view text) {
  Limit limit;
  limit.source = fmt::format("--limit '{}'", text);
  const auto fail = [&limit](std::string_view why) {
    return Error(ExitStatus::kUsage, fmt::format("{}: {}", limit.source, why));
  };

  const size_t at_most = text.rfind("<=");
  if (at_most == std::string_view::npos) {
    const bool other = text.find_first_of("<>=") != std::string_view::npos;
    throw fail(fmt::format("{}; {}", other ? "the only comparison is '<='" : "there is no '<='", kForm));
  }
  const std::string_view left = trimmed(text.substr(0, at_most));
  const std::string_view value = trimmed(text.substr(at_most + 2));
  const size_t colon = last_single_colon(left);
  if (colon == std::string_view::npos || colon == 0) {
    throw fail(fmt::format("there is no operation and ':' before the metric; {}", kForm));
  }
  limit.operation = trimmed(left.substr(0, colon));
  limit.whole_process = limit.operation == "total";
  const std::string_view what = trimmed(left.substr(colon + 1));
  const size_t dot = what.find('.');
  const std::string_view name = what.substr(0, dot);

  const MetricInfo* metric = limit.whole_process ? find_total_metric(name) : find_operation_metric(name);
  if (metric == nullptr) {
    throw fail(unknown_word("metric", name, limit.whole_process ? total_metric_names() : operation_metric_names()));
  }
  limit.metric = metric->metric;
  limit.statistic = limit.whole_process ? Statistic::kTotal : Statistic::kMean;
  if (dot != std::string_view::npos) {
    const std::string_view statistic = what.substr(dot + 1);
    if (limit.whole_process) throw fail("the whole process has one value for each metric, so leave out the statistic");
    const StatisticInfo* found = find_statistic(statistic);
    if (found == nullptr) throw fail(unknown_word("statistic", statistic, statistic_names()));
    limit.statistic = found->statistic;
  }
  try {
    limit.most = parse_quantity(value, metric->unit);
  } catch (const QuantityError& error) {
    throw fail(error.what());
  }
  return limit;
}

}  // namespace mallocop::report
