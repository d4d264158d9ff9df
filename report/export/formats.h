// The formats of other programs that a profile can be written in: one file and one row of the table each. What each
// holds, and which program reads it, is in docs/exports.md.
#pragma once

#include <span>
#include <string_view>

#include "report/export/paths.h"
#include "report/export/stream.h"

namespace mallocop::report {

struct ExportFormat {
  std::string_view name;  // as --format takes it
  std::string_view description;
  bool one_metric;     // holds one value for each stack: --metric says which
  bool whole_process;  // makes no sense for some operations only
  bool binary;         // nothing for a terminal
  bool invertible;     // --inverted is for it
  // Time grows with what is written, memory with the profile. Throws what the stream throws.
  void (*write)(const ExportInput& input, ExportStream& out);
};

std::span<const ExportFormat> export_formats();

// The row of that name; null if there is none.
const ExportFormat* find_export_format(std::string_view name);

void write_folded(const ExportInput& input, ExportStream& out);
void write_svg(const ExportInput& input, ExportStream& out);
void write_pprof(const ExportInput& input, ExportStream& out);
void write_massif(const ExportInput& input, ExportStream& out);
void write_dhat(const ExportInput& input, ExportStream& out);
void write_callgrind(const ExportInput& input, ExportStream& out);
void write_speedscope(const ExportInput& input, ExportStream& out);
void write_perf(const ExportInput& input, ExportStream& out);
void write_ndjson(const ExportInput& input, ExportStream& out);

}  // namespace mallocop::report
