// callgrind.out: each function's own cost at its lines, and the cost of its calls, as callgrind_annotate and
// KCachegrind read it.
//
// A stack with a recursion has a function several times. So that what a function costs with all that it calls is never
// more than the whole, each stack counts once at each of its functions: where it was entered last.
#include <map>
#include <unordered_map>

#include "report/export/formats.h"
#include "report/export/valgrind_frame.h"
#include "report/output/escape.h"
#include "report/support/version.h"

namespace mallocop::report {
namespace {

using TextNumber = uint32_t;
using FunctionNumber = uint32_t;

// Names are written once each, then named by their numbers.
class Names {
 public:
  TextNumber number_of(const std::string& text) {
    const auto [place, added] = numbers_.try_emplace(text, static_cast<TextNumber>(numbers_.size()));
    if (added) texts_.push_back(&place->first);
    return place->second;
  }
  void write(std::string_view key, TextNumber number, ExportStream& out) {
    written_.resize(texts_.size());
    out.print("{}=({})", key, number + 1);
    if (!written_[number]) out.print(" {}", escape_controls(*texts_[number]));
    written_[number] = true;
    out.put("\n");
  }

 private:
  std::unordered_map<std::string, TextNumber> numbers_;
  std::vector<const std::string*> texts_;
  std::vector<bool> written_;
};

struct Function {
  TextNumber object, file, name;
  auto operator<=>(const Function&) const = default;
};

struct Call {
  uint32_t line;
  FunctionNumber callee;
  auto operator<=>(const Call&) const = default;
};

void add(ExportValues& sum, const ExportValues& values) {
  for (size_t metric = 0; metric < kExportMetrics; ++metric) sum[metric] += values[metric];
}

class CallgrindWriter {
 public:
  CallgrindWriter(const ExportInput& input, ExportStream& out)
      : profile_(input.profile), paths_(input, ExportPaths::Operations::kAsPlaces), out_(out) {}

  void write() {
    for (PlaceIndex place = 0; place < paths_.places(); ++place) functions_of_places_.push_back(function_of(place));
    own_.resize(functions_.size());
    calls_.resize(functions_.size());
    seen_.resize(functions_.size());
    paths_.visit([this](const ExportPath& path) { add_path(path); });
    write_head();
    for (FunctionNumber function = 0; function < functions_.size(); ++function) write_function(function);
    out_.print("totals:{}\n", text_of(total_));
  }

 private:
  FunctionNumber function_of(PlaceIndex place) {
    const Frame* const frame = paths_.frame(place);
    const std::string file = frame == nullptr || frame->file.empty() ? "???" : frame->file;
    const Function function{objects_.number_of(frame == nullptr ? "" : frame->module.str()), files_.number_of(file),
                            names_.number_of(paths_.name(place))};
    const auto [number, added] = numbers_.try_emplace(function, static_cast<FunctionNumber>(functions_.size()));
    if (added) functions_.push_back(function);
    return number->second;
  }

  uint32_t line_of(PlaceIndex place) const {
    const Frame* const frame = paths_.frame(place);
    return frame == nullptr ? 0 : frame->line;
  }

  void add_path(const ExportPath& path) {
    ++paths_seen_;
    add(total_, path.values);
    FunctionNumber callee = 0;
    for (size_t position = path.places.size(); position-- > 0;) {
      const PlaceIndex place = path.places[position];
      const FunctionNumber function = functions_of_places_[place];
      if (seen_[function] != paths_seen_) {
        seen_[function] = paths_seen_;
        const bool innermost = position + 1 == path.places.size();
        add(innermost ? own_[function][line_of(place)] : calls_[function][{line_of(place), callee}], path.values);
      }
      callee = function;
    }
  }

  void write_head() {
    out_.print("# callgrind format\nversion: 1\ncreator: mallocop {}\npid: {}\n", tool_version(), profile_.process_id);
    out_.print("cmd: {}\npositions: line\n", valgrind_command(profile_));
    std::string events;
    for (const ExportMetric& metric : export_metrics()) {
      out_.print("event: {} : {}\n", metric.event, metric.words);
      events += ' ' + std::string(metric.event);
    }
    out_.print("events:{}\nsummary:{}\n", events, text_of(total_));
  }

  static std::string text_of(const ExportValues& values) {
    std::string text;
    for (const uint64_t value : values) text += fmt::format(" {}", value);
    return text;
  }

  void write_function(FunctionNumber number) {
    if (own_[number].empty() && calls_[number].empty()) return;
    const Function& function = functions_[number];
    out_.put("\n");
    objects_.write("ob", function.object, out_);
    files_.write("fl", function.file, out_);
    names_.write("fn", function.name, out_);
    for (const auto& [line, values] : own_[number]) out_.print("{}{}\n", line, text_of(values));
    for (const auto& [call, values] : calls_[number]) {
      const Function& callee = functions_[call.callee];
      objects_.write("cob", callee.object, out_);
      files_.write("cfi", callee.file, out_);
      names_.write("cfn", callee.name, out_);
      out_.print("calls={} 0\n{}{}\n", values.front(), call.line, text_of(values));
    }
  }

  const Profile& profile_;
  ExportPaths paths_;
  ExportStream& out_;
  Names objects_, files_, names_;
  std::map<Function, FunctionNumber> numbers_;
  std::vector<Function> functions_;
  std::vector<FunctionNumber> functions_of_places_;
  std::vector<std::map<uint32_t, ExportValues>> own_;  // of each function, by line
  std::vector<std::map<Call, ExportValues>> calls_;
  std::vector<uint64_t> seen_;  // of each function, the number of the last path that counted there
  uint64_t paths_seen_ = 0;
  ExportValues total_{};
};

}  // namespace

void write_callgrind(const ExportInput& input, ExportStream& out) { CallgrindWriter(input, out).write(); }

}  // namespace mallocop::report
