// An export as one text, and profiles for it.
#pragma once

#include <string>
#include <string_view>

#include "report/export/formats.h"

namespace mallocop::report {

inline std::string exported(std::string_view format, const Profile& profile, std::string_view metric = "allocations",
                            bool inverted = false) {
  std::string text;
  ExportStream stream([&](const std::string& piece) { text += piece; });
  find_export_format(format)->write({profile, find_export_metric(metric), true, inverted}, stream);
  stream.finish();
  return text;
}

inline Frame named_frame(const std::string& function, uint32_t line = 1) {
  Frame frame;
  frame.function = function;
  frame.file = "/src/x.cpp";
  frame.line = line;
  frame.module = "/opt/bench/x";
  frame.address = 0x1000 + line;
  return frame;
}

// A site outside of all operations, whose every metric is `value`.
inline void add_site(Profile& profile, size_t stack, uint64_t value) {
  Site site;
  site.stack = stack;
  for (const ExportMetric& metric : export_metrics()) site.*metric.of_site = value;
  profile.sites.push_back(site);
  Totals& totals = profile.totals;
  for (uint64_t* total : {&totals.allocations, &totals.bytes, &totals.temporary, &totals.peak_bytes,
                          &totals.leaked_allocations, &totals.leaked_bytes, &profile.memory.peak_blocks}) {
    *total += value;
  }
}

}  // namespace mallocop::report
