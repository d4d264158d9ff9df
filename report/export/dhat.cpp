// DHAT's JSON, version 2, as dh_view.html reads it. The viewer shows peak and end only in files that claim lifetimes as
// well (`bklt`). Those are not measured: `tl` is left out, and the viewer says NaN rather than a number that is none.
#include <algorithm>
#include <map>

#include "report/export/formats.h"
#include "report/export/json_text.h"
#include "report/export/valgrind_frame.h"

namespace mallocop::report {
namespace {

constexpr double kMicroseconds = 1e6;

// The viewer wants each stack once, and two sites may have the same frames.
std::map<std::vector<PlaceIndex>, ExportValues> values_by_stack(const ExportPaths& paths) {
  std::map<std::vector<PlaceIndex>, ExportValues> stacks;
  paths.visit([&](const ExportPath& path) {
    const std::vector<PlaceIndex> innermost_first(path.places.rbegin(), path.places.rend());
    add_to(stacks[innermost_first], path.values);
  });
  return stacks;
}

void write_point(const std::vector<PlaceIndex>& stack, const ExportValues& values, ExportStream& out) {
  const auto value = [&](std::string_view name) {
    return values[static_cast<size_t>(find_export_metric(name) - export_metrics().data())];
  };
  const uint64_t at_peak = value("peak_bytes");
  const uint64_t at_end = value("leaked_bytes");
  const uint64_t blocks_at_peak = value("peak_blocks");
  const uint64_t blocks_at_end = value("leaked_allocations");
  const bool more_at_peak = at_peak >= at_end;
  out.print("{{\"tb\":{},\"tbk\":{},\"mb\":{},\"mbk\":{},\"gb\":{},\"gbk\":{},\"eb\":{},\"ebk\":{},\"fs\":[",
            value("bytes"), value("allocations"), more_at_peak ? at_peak : at_end,
            more_at_peak ? blocks_at_peak : blocks_at_end, at_peak, blocks_at_peak, at_end, blocks_at_end);
  const char* separator = "";
  for (const PlaceIndex place : stack) {
    out.print("{}{}", separator, place + 1);  // 0 is the root
    separator = ",";
  }
  out.put("]}");
}

}  // namespace

void write_dhat(const ExportInput& input, ExportStream& out) {
  const Profile& profile = input.profile;
  const ExportPaths paths(input, ExportPaths::Operations::kAsPlaces);
  out.print(
      "{{\"dhatFileVersion\":2,\"mode\":\"heap\",\"verb\":\"Allocated\",\"bklt\":true,\"bkacc\":false,"
      "\"tu\":\"\\u00b5s\",\"Mtu\":\"s\",\"tuth\":10,\"cmd\":{},\"pid\":{},\"tg\":{:.0f},\"te\":{:.0f},\n\"pps\":[",
      json_text(valgrind_command(profile) +
                " (measured by mallocop; not known: lifetimes, and Max but for the peak and the end)"),
      profile.process_id, profile.memory.peak_time_s * kMicroseconds, profile.duration_s * kMicroseconds);
  const char* separator = "\n";
  for (const auto& [stack, values] : values_by_stack(paths)) {
    out.put(separator);
    write_point(stack, values, out);
    separator = ",\n";
  }
  out.put("\n],\n\"ftbl\":[\"[root]\"");
  for (PlaceIndex place = 0; place < paths.places(); ++place) {
    out.print(",\n{}", json_text(valgrind_frame(paths, place)));
  }
  out.put("\n]}\n");
}

}  // namespace mallocop::report
