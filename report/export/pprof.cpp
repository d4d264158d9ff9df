// pprof's profile.proto (github.com/google/pprof/proto/profile.proto), gzip'ed. Messages are written one by one, in the
// order in which they come up: the format's lists may be in pieces. Only texts are kept until the end.
#include <algorithm>
#include <array>
#include <limits>
#include <protozero/pbf_writer.hpp>
#include <set>
#include <unordered_map>

#include "report/export/formats.h"
#include "report/export/gzip.h"
#include "report/output/escape.h"
#include "report/support/version.h"
#include "report/symbols/short_name.h"
#include "report/symbols/user_code.h"

namespace mallocop::report {
namespace {

// The numbers of the format's fields.
enum ProfileField : protozero::pbf_tag_type {
  kSampleType = 1,
  kSample = 2,
  kMapping = 3,
  kLocation = 4,
  kFunction = 5,
  kStringTable = 6,
  kDropFrames = 7,
  kTimeNanos = 9,
  kDurationNanos = 10,
  kPeriodType = 11,
  kPeriod = 12,
  kComment = 13,
  kDefaultSampleType = 14,
};
enum ValueTypeField : protozero::pbf_tag_type { kType = 1, kUnit = 2 };
enum SampleField : protozero::pbf_tag_type { kLocationIds = 1, kValues = 2, kLabel = 3 };
enum LabelField : protozero::pbf_tag_type { kKey = 1, kText = 2 };
enum MappingField : protozero::pbf_tag_type {
  kMappingId = 1,
  kMemoryStart = 2,
  kMemoryLimit = 3,
  kFileName = 5,
  kBuildId = 6,
  kHasFunctions = 7,
  kHasFileNames = 8,
  kHasLineNumbers = 9,
  kHasInlineFrames = 10,
};
enum LocationField : protozero::pbf_tag_type { kLocationId = 1, kLocationMapping = 2, kAddress = 3, kLine = 4 };
enum LineField : protozero::pbf_tag_type { kLineFunction = 1, kLineNumber = 2 };
enum FunctionField : protozero::pbf_tag_type { kFunctionId = 1, kName = 2, kSystemName = 3, kFunctionFile = 4 };

constexpr double kNanoseconds = 1e9;
constexpr double kLongest = 9e18;  // of these, about what the format can hold

std::string hex(std::span<const uint8_t> bytes) {
  std::string text;
  for (const uint8_t byte : bytes) text += fmt::format("{:02x}", byte);
  return text;
}

// The format's texts are UTF-8, and pprof prints them as they are.
std::string utf8(std::string_view text) { return escape_controls(text); }

// The format has no larger numbers.
int64_t signed_value(uint64_t value) {
  constexpr uint64_t kLargest = std::numeric_limits<int64_t>::max();
  return static_cast<int64_t>(std::min(value, kLargest));
}

class PprofWriter {
 public:
  PprofWriter(const ExportInput& input, ExportStream& out)
      : profile_(input.profile), paths_(input, ExportPaths::Operations::kLeftOut), out_(out) {
    text("");  // the format wants it to be the first
  }

  void write() {
    write_head();
    write_mappings();
    written_.resize(paths_.places());
    paths_.visit([this](const ExportPath& path) { write_sample(path); });
    write_texts();
    out_.finish();
  }

 private:
  template <typename Fill>
  void message(ProfileField field, Fill&& fill) {
    std::string body;
    protozero::pbf_writer writer(body);
    fill(writer);
    std::string whole;
    protozero::pbf_writer(whole).add_message(field, body);
    out_.put(whole);
  }

  template <typename Add>
  void plain(Add&& add) {
    std::string whole;
    protozero::pbf_writer writer(whole);
    add(writer);
    out_.put(whole);
  }

  int64_t text(const std::string& text) {
    const auto [place, added] = text_numbers_.try_emplace(text, texts_.size());
    if (added) texts_.push_back(&place->first);
    return static_cast<int64_t>(place->second);
  }

  void value_type(ProfileField field, const ExportMetric& metric) {
    message(field, [&](protozero::pbf_writer& writer) {
      writer.add_int64(kType, text(std::string(metric.pprof)));
      writer.add_int64(kUnit, text(std::string(metric.unit)));
    });
  }

  void write_head() {
    for (const ExportMetric& metric : export_metrics()) value_type(kSampleType, metric);
    const ExportMetric& first = export_metrics().front();
    value_type(kPeriodType, first);
    std::string command;
    for (const std::string& word : profile_.command) command += (command.empty() ? "" : " ") + word;
    plain([&](protozero::pbf_writer& writer) {
      writer.add_int64(kPeriod, 1);  // every allocation is there
      writer.add_int64(kDefaultSampleType, text(std::string(first.pprof)));
      writer.add_int64(kTimeNanos, static_cast<int64_t>(profile_.start_time_ns));
      writer.add_int64(kDurationNanos, static_cast<int64_t>(std::min(profile_.duration_s * kNanoseconds, kLongest)));
      writer.add_int64(kComment, text(fmt::format("mallocop {}", tool_version())));
      if (!command.empty()) writer.add_int64(kComment, text(utf8(command)));
      for (const std::string& reason : profile_.measurement.reasons) {
        writer.add_int64(kComment, text(utf8("the measurement is not valid: " + reason)));
      }
      if (const std::string dropped = allocation_functions(); !dropped.empty()) {
        writer.add_int64(kDropFrames, text(dropped));
      }
    });
  }

  // A pattern of the functions that do nothing but allocate: pprof leaves them out, so that what is flat is their
  // caller's.
  std::string allocation_functions() const {
    std::set<std::string> names;
    for (const Frame& frame : profile_.frames) {
      if (!is_allocation_function(frame)) continue;
      names.insert(utf8(frame.function));
      names.insert(utf8(bare_name(frame.function)));  // pprof takes parameters away before it compares
    }
    std::string pattern;
    for (const std::string& name : names) {
      pattern += pattern.empty() ? "" : "|";
      for (const char byte : name) {
        if (std::string_view("\\.+*?()|[]{}^$").find(byte) != std::string_view::npos) pattern += '\\';
        pattern += byte;
      }
    }
    return pattern;
  }

  // The first of them is shown as the program.
  void write_mappings() {
    for (size_t index = 0; index < profile_.modules.size(); ++index) order_.push_back(index);
    std::stable_partition(order_.begin(), order_.end(),
                          [&](size_t index) { return profile_.modules[index].path == profile_.program; });
    for (size_t place = 0; place < order_.size(); ++place) {
      const Module& module = profile_.modules[order_[place]];
      message(kMapping, [&](protozero::pbf_writer& writer) {
        writer.add_uint64(kMappingId, place + 1);
        writer.add_uint64(kMemoryStart, module.begin);
        writer.add_uint64(kMemoryLimit, module.end);
        writer.add_int64(kFileName, text(utf8(module.path)));
        if (!module.build_id.empty()) writer.add_int64(kBuildId, text(hex(module.build_id)));
        for (const MappingField has : {kHasFunctions, kHasFileNames, kHasLineNumbers, kHasInlineFrames}) {
          writer.add_bool(has, true);  // what is not known is not to be looked up in other files
        }
      });
    }
    for (size_t place = 0; place < order_.size(); ++place)
      mappings_by_path_[profile_.modules[order_[place]].path].push_back(place);
  }

  // 0: none. Modules that come and go may take the same addresses in turn.
  uint64_t mapping_of(const Frame& frame) const {
    const auto found = mappings_by_path_.find(frame.module.str());
    if (found == mappings_by_path_.end()) return 0;
    for (const size_t place : found->second) {
      const Module& module = profile_.modules[order_[place]];
      if (frame.address >= module.begin && frame.address < module.end) return place + 1;
    }
    return 0;
  }

  uint64_t function_of(PlaceIndex place) {
    const Frame* const frame = paths_.frame(place);
    const auto name = text(utf8(paths_.name(place)));
    const auto file = frame == nullptr || frame->file.empty() ? 0 : text(utf8(frame->file));
    const auto [number, added] = functions_.try_emplace({name, file}, functions_.size() + 1);
    const uint64_t id = number->second;
    if (added) {
      message(kFunction, [&](protozero::pbf_writer& writer) {
        writer.add_uint64(kFunctionId, id);
        writer.add_int64(kName, name);
        writer.add_int64(kSystemName, name);
        writer.add_int64(kFunctionFile, file);
      });
    }
    return id;
  }

  // A location is named by its innermost frame; `count` frames were inlined into each other there.
  uint64_t location_of(PlaceIndex first, uint32_t count) {
    const uint64_t id = uint64_t{first} + 1;
    if (written_[first]) return id;
    written_[first] = true;
    std::vector<uint64_t> functions;
    for (uint32_t index = 0; index < count; ++index) functions.push_back(function_of(first + index));
    const Frame* const frame = paths_.frame(first);
    message(kLocation, [&](protozero::pbf_writer& writer) {
      writer.add_uint64(kLocationId, id);
      if (frame != nullptr) {
        writer.add_uint64(kLocationMapping, mapping_of(*frame));
        writer.add_uint64(kAddress, frame->address);
      }
      for (uint32_t index = 0; index < count; ++index) {
        const Frame* const line = paths_.frame(first + index);
        std::string body;
        protozero::pbf_writer body_writer(body);
        body_writer.add_uint64(kLineFunction, functions[index]);
        if (line != nullptr && line->line != 0) body_writer.add_int64(kLineNumber, line->line);
        writer.add_message(kLine, body);
      }
    });
    return id;
  }

  void write_sample(const ExportPath& path) {
    // Frames that share an address follow each other in the profile; the innermost of them is the first.
    std::vector<uint64_t> locations;
    for (size_t left = path.places.size(); left > 0;) {
      const PlaceIndex first = path.places[left - 1];
      uint32_t count = 1;
      while (count < left && inlined_into(first + count - 1, path.places[left - 1 - count])) ++count;
      locations.push_back(location_of(first, count));
      left -= count;
    }
    message(kSample, [&](protozero::pbf_writer& writer) {
      writer.add_packed_uint64(kLocationIds, locations.begin(), locations.end());
      std::array<int64_t, kExportMetrics> values{};
      std::transform(path.values.begin(), path.values.end(), values.begin(), signed_value);
      writer.add_packed_int64(kValues, values.begin(), values.end());
      if (path.site == nullptr || !path.site->operation) return;
      std::string body;
      protozero::pbf_writer label(body);
      label.add_int64(kKey, text("operation"));
      label.add_int64(kText, text(utf8(profile_.operations[*path.site->operation].name)));
      writer.add_message(kLabel, body);
    });
  }

  bool inlined_into(PlaceIndex inner, PlaceIndex outer) const {
    const Frame* const frame = paths_.frame(inner);
    return frame != nullptr && frame->inlined && outer == inner + 1 && paths_.frame(outer) != nullptr;
  }

  void write_texts() {
    for (const std::string* one : texts_) {
      plain([&](protozero::pbf_writer& writer) { writer.add_string(kStringTable, *one); });
    }
  }

  struct PairHash {
    size_t operator()(const std::pair<int64_t, int64_t>& pair) const {
      return std::hash<int64_t>()(pair.first * 0x9e3779b1 + pair.second);
    }
  };

  const Profile& profile_;
  ExportPaths paths_;
  GzipStream out_;
  std::unordered_map<std::string, size_t> text_numbers_;
  std::vector<const std::string*> texts_;  // in the order of their numbers
  std::vector<size_t> order_;              // of modules
  std::unordered_map<std::string, std::vector<size_t>> mappings_by_path_;
  std::unordered_map<std::pair<int64_t, int64_t>, uint64_t, PairHash> functions_;  // by the texts of name and file
  std::vector<bool> written_;                                                      // locations
};

}  // namespace

void write_pprof(const ExportInput& input, ExportStream& out) { PprofWriter(input, out).write(); }

}  // namespace mallocop::report
