// See formats.h.
#include "report/export/formats.h"

#include <algorithm>
#include <array>

namespace mallocop::report {
namespace {

constexpr std::array<ExportFormat, 9> kFormats = {{
    {"folded", "a line for each stack, for flame graphs", true, false, false, true, write_folded},
    {"svg", "a flame graph that a browser shows", true, false, false, true, write_svg},
    {"pprof", "for go tool pprof", false, false, true, false, write_pprof},
    {"massif", "memory over time, for ms_print and massif-visualizer", false, true, false, false, write_massif},
    {"dhat", "for Valgrind's dh_view.html", false, false, false, false, write_dhat},
    {"callgrind", "for callgrind_annotate and KCachegrind", false, false, false, false, write_callgrind},
    {"speedscope", "for speedscope.app", false, false, false, false, write_speedscope},
    {"perf", "as perf script prints samples", true, false, false, false, write_perf},
    {"ndjson", "a row for each site, for tables of a fleet", false, false, false, false, write_ndjson},
}};

}  // namespace

std::span<const ExportFormat> export_formats() { return kFormats; }

const ExportFormat* find_export_format(std::string_view name) {
  const auto found =
      std::find_if(kFormats.begin(), kFormats.end(), [&](const ExportFormat& one) { return one.name == name; });
  return found == kFormats.end() ? nullptr : &*found;
}

}  // namespace mallocop::report
