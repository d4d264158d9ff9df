// speedscope's own file format: frames once, and a profile for each metric that has a value.
#include <map>
#include <utility>

#include "report/export/formats.h"
#include "report/export/json_text.h"
#include "report/support/version.h"
#include "report/trace/saturating.h"

namespace mallocop::report {
namespace {

// The viewer adds up what is equal in name, file and line: a function is one frame, wherever it calls from. Gives the
// number of each place's frame.
std::vector<size_t> write_frames(const ExportPaths& paths, ExportStream& out) {
  std::vector<size_t> of_places;
  std::map<std::pair<std::string, std::string>, size_t> numbers;
  const char* separator = "\n";
  for (PlaceIndex place = 0; place < paths.places(); ++place) {
    const Frame* const frame = paths.frame(place);
    const std::string file = frame == nullptr ? "" : frame->file.empty() ? frame->module.str() : frame->file;
    const auto [number, added] = numbers.try_emplace({paths.name(place), file}, numbers.size());
    of_places.push_back(number->second);
    if (!added) continue;
    out.print("{}{{\"name\":{}", separator, json_text(number->first.first));
    if (!file.empty()) out.print(",\"file\":{}", json_text(file));
    out.put("}");
    separator = ",\n";
  }
  return of_places;
}

void write_profile(const ExportPaths& paths, const std::vector<size_t>& frames, size_t metric, ExportStream& out) {
  const ExportMetric& row = export_metrics()[metric];
  out.print("{{\"type\":\"sampled\",\"name\":{},\"unit\":\"{}\",\"samples\":[", json_text(row.words),
            row.unit == "bytes" ? "bytes" : "none");
  const char* separator = "\n";
  uint64_t total = 0;
  paths.visit([&](const ExportPath& path) {
    if (path.values[metric] == 0) return;
    saturating_add_to(total, path.values[metric]);
    out.put(separator);
    const char* within = "[";
    for (const PlaceIndex place : path.places) {
      out.print("{}{}", within, frames[place]);
      within = ",";
    }
    out.put("]");
    separator = ",\n";
  });
  out.put("],\"weights\":[");
  separator = "";
  paths.visit([&](const ExportPath& path) {
    if (path.values[metric] == 0) return;
    out.print("{}{}", separator, path.values[metric]);
    separator = ",";
  });
  out.print("],\"startValue\":0,\"endValue\":{}}}", total);
}

}  // namespace

void write_speedscope(const ExportInput& input, ExportStream& out) {
  const ExportPaths paths(input, ExportPaths::Operations::kAsPlaces);
  ExportValues totals{};
  paths.visit([&](const ExportPath& path) { add_to(totals, path.values); });
  out.print(
      "{{\"$schema\":\"https://www.speedscope.app/file-format-schema.json\",\"exporter\":\"mallocop {}\",\"name\":{},"
      "\"activeProfileIndex\":0,\"shared\":{{\"frames\":[",
      tool_version(), json_text(input.profile.trace_path));
  const std::vector<size_t> frames = write_frames(paths, out);
  out.put("\n]},\"profiles\":[\n");
  const char* separator = "";
  for (size_t metric = 0; metric < kExportMetrics; ++metric) {
    if (metric != 0 && totals[metric] == 0) continue;  // one there must be
    out.put(separator);
    write_profile(paths, frames, metric, out);
    separator = ",\n";
  }
  out.put("\n]}\n");
}

}  // namespace mallocop::report
