// A row for each operation and site, as JSON on a line: schema "mallocop.sites/1", specified in docs/fleet.md. Every
// row has every column, in the same order, so that an engine needs no look at the others to know what a column is.
#include <ctime>

#include "report/export/formats.h"
#include "report/export/json_text.h"
#include "report/output/json_parts.h"
#include "report/output/place.h"
#include "report/support/version.h"

namespace mallocop::report {
namespace {

constexpr uint64_t kNanoseconds = 1'000'000'000;

std::string text_or_null(std::string_view text) { return text.empty() ? "null" : json_text(text); }

// "2026-11-23T02:16:22.123456Z"
std::string time_text(uint64_t nanoseconds) {
  if (nanoseconds == 0) return "";
  const auto seconds = static_cast<time_t>(nanoseconds / kNanoseconds);
  std::tm parts{};
  if (::gmtime_r(&seconds, &parts) == nullptr) return "";
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}Z", parts.tm_year + 1900, parts.tm_mon + 1,
                     parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec, nanoseconds % kNanoseconds / 1000);
}

std::string fingerprint_of(const Profile& profile, std::string_view name) {
  for (const auto& [key, value] : profile.fingerprint) {
    if (key == name) return value;
  }
  return "";
}

// The columns that all rows of a run share; without the closing brace.
std::string run_columns(const Profile& profile) {
  std::string command;
  for (const std::string& word : profile.command) command += (command.empty() ? "" : ",") + json_text(word);
  return fmt::format(
      "{{\"schema\":\"mallocop.sites/1\",\"run_id\":\"{:016x}-{}\",\"trace\":{},\"program\":{},\"command\":[{}],"
      "\"tool_version\":{},\"start_time\":{},\"duration_s\":{:.9f},\"valid\":{},\"libc\":{},\"allocator\":{},"
      "\"architecture\":{}",
      profile.session, profile.process_id, json_text(profile.trace_path), text_or_null(profile.program), command,
      json_text(tool_version()), text_or_null(time_text(profile.start_time_ns)), profile.duration_s,
      profile.measurement.valid, text_or_null(fingerprint_of(profile, "libc")),
      text_or_null(fingerprint_of(profile, "allocator")), text_or_null(fingerprint_of(profile, "architecture")));
}

class RowWriter {
 public:
  RowWriter(const ExportInput& input, ExportStream& out)
      : profile_(input.profile),
        paths_(input, ExportPaths::Operations::kLeftOut),
        names_(names_of_places(paths_, &ExportPaths::short_name)),
        run_(run_columns(profile_)),
        out_(out) {
    for (std::string& name : names_) name = json_text(name);
  }

  void write() {
    paths_.visit([this](const ExportPath& path) { write_site(path); });
    for (const Operation& operation : profile_.operations) {
      if (!operation.sites.empty()) continue;
      begin(&operation);
      end(ExportPath{}, nullptr);
    }
  }

 private:
  void begin(const Operation* operation) {
    out_.put(run_);
    out_.print(",\"operation\":{},\"operation_source\":{},\"operation_calls\":{}",
               operation == nullptr ? "null" : json_text(operation->name),
               operation == nullptr ? "null" : json_text(operation->source),
               operation == nullptr ? 0 : operation->count);
  }

  void write_site(const ExportPath& path) {
    begin(path.site != nullptr && path.site->operation ? &profile_.operations[*path.site->operation] : nullptr);
    end(path, path.site == nullptr ? nullptr : frame_of(profile_, *path.site));
  }

  void end(const ExportPath& path, const Frame* place) {
    const Site none{};
    const Site& site = path.site == nullptr ? none : *path.site;
    const bool is_site = path.site != nullptr;
    out_.print(",\"function\":{},\"file\":{},\"line\":{},\"module\":{},\"cause\":{},\"pattern\":{}",
               place == nullptr ? "null" : text_or_null(place->function),
               place == nullptr ? "null" : text_or_null(place->file),
               place == nullptr || place->line == 0 ? "null" : std::to_string(place->line),
               place == nullptr ? "null" : text_or_null(place->module), is_site ? json_text(site.cause) : "null",
               is_site ? json_text(pattern_name(site.pattern)) : "null");
    for (size_t metric = 0; metric < kExportMetrics; ++metric) {
      out_.print(",\"{}\":{}", export_metrics()[metric].name, path.values[metric]);
    }
    out_.print(",\"reallocations\":{},\"calls\":{}", site.reallocations, site.calls);
    write_means(site);
    const bool truncated = is_site && site.stack < profile_.stacks.size() && profile_.stacks[site.stack].truncated;
    out_.print(",\"stack_truncated\":{},\"stack\":[", truncated);
    if (is_site) write_stack(path);
    out_.put("]}\n");
  }

  void write_means(const Site& site) {
    const uint64_t calls = site.operation ? profile_.operations[*site.operation].count : 0;
    if (calls == 0) return out_.put(",\"allocations_per_call\":null,\"bytes_per_call\":null");
    out_.print(",\"allocations_per_call\":{},\"bytes_per_call\":{}",
               Rational{site.measured_allocations(), calls}.to_double(),
               Rational{site.measured_bytes(), calls}.to_double());
  }

  void write_stack(const ExportPath& path) {
    const char* separator = "";
    for (size_t position = path.places.size(); position-- > 0;) {
      if (paths_.frame(path.places[position]) == nullptr) continue;
      out_.put(separator);
      out_.put(names_[path.places[position]]);
      separator = ",";
    }
  }

  const Profile& profile_;
  ExportPaths paths_;
  std::vector<std::string> names_;  // of places, as JSON
  std::string run_;
  ExportStream& out_;
};

}  // namespace

void write_ndjson(const ExportInput& input, ExportStream& out) { RowWriter(input, out).write(); }

}  // namespace mallocop::report
