// callgrind.out: each function's own cost at its lines, and the cost of its calls, as callgrind_annotate and
// KCachegrind read it.
//
// A stack with a recursion has a function several times. So that what a function costs with all that it calls is exact,
// and never more than the whole, its second entry in a stack is a function of its own, as with callgrind's
// --separate-recs: "f", "f'2", "f'3". A recursion that is deeper than kDeepest is shown without the rounds in between.
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

constexpr uint32_t kDeepest = 20;  // entries of a function in a stack that are told apart

// Names are written once each, then named by their numbers.
class Names {
 public:
  TextNumber number_of(const std::string& text) {
    const auto [place, added] = numbers_.try_emplace(text, static_cast<TextNumber>(numbers_.size()));
    if (added) texts_.push_back(&place->first);
    return place->second;
  }
  const std::string& text(TextNumber number) const { return *texts_[number]; }
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

// Functions that readers take for the same one: callgrind_annotate does not ask for the object.
using TwinNumber = uint32_t;

// A frame of the stack at hand.
struct Step {
  FunctionNumber function;
  TwinNumber twin;
  uint32_t level;
  uint32_t line;
};

struct Call {
  uint32_t line;
  FunctionNumber callee;
  auto operator<=>(const Call&) const = default;
};

class CallgrindWriter {
 public:
  CallgrindWriter(const ExportInput& input, ExportStream& out)
      : profile_(input.profile), paths_(input, ExportPaths::Operations::kAsPlaces), out_(out) {}

  void write() {
    for (PlaceIndex place = 0; place < paths_.places(); ++place) describe(place);
    levels_.resize(twins_.size());
    paths_.visit([this](const ExportPath& path) { add_path(path); });
    write_head();
    for (FunctionNumber function = 0; function < functions_.size(); ++function) write_function(function);
    out_.print("totals:{}\n", text_of(total_));
  }

 private:
  void describe(PlaceIndex place) {
    const Frame* const frame = paths_.frame(place);
    const std::string file = frame == nullptr || frame->file.empty() ? "???" : frame->file;
    const Function function{objects_.number_of(frame == nullptr ? "" : frame->module.str()), files_.number_of(file),
                            names_.number_of(paths_.name(place))};
    const auto [twin, added] =
        twins_.try_emplace({function.file, function.name}, static_cast<TwinNumber>(twins_.size()));
    functions_of_places_.push_back(function);
    twins_of_places_.push_back(twin->second);
  }

  FunctionNumber function_at(PlaceIndex place, uint32_t level) {
    Function function = functions_of_places_[place];
    if (level > 1) function.name = names_.number_of(fmt::format("{}'{}", names_.text(function.name), level));
    const auto [number, added] = numbers_.try_emplace(function, static_cast<FunctionNumber>(functions_.size()));
    if (added) {
      functions_.push_back(function);
      own_.emplace_back();
      calls_.emplace_back();
    }
    return number->second;
  }

  void pop_step() {
    --levels_[steps_.back().twin];
    steps_.pop_back();
  }

  void push_step(PlaceIndex place) {
    const TwinNumber twin = twins_of_places_[place];
    if (levels_[twin] == kDeepest) {
      while (steps_.back().twin != twin || steps_.back().level != kDeepest) pop_step();
      pop_step();
    }
    const uint32_t level = ++levels_[twin];
    const Frame* const frame = paths_.frame(place);
    steps_.push_back({function_at(place, level), twin, level, frame == nullptr ? 0 : frame->line});
  }

  void add_path(const ExportPath& path) {
    add_to(total_, path.values);
    for (const PlaceIndex place : path.places) push_step(place);
    add_to(own_[steps_.back().function][steps_.back().line], path.values);
    for (size_t index = 0; index + 1 < steps_.size(); ++index) {
      add_to(calls_[steps_[index].function][{steps_[index].line, steps_[index + 1].function}], path.values);
    }
    while (!steps_.empty()) pop_step();
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
  std::vector<Function> functions_of_places_;
  std::map<std::pair<TextNumber, TextNumber>, TwinNumber> twins_;  // by file and name
  std::vector<TwinNumber> twins_of_places_;
  std::vector<uint32_t> levels_;                       // of each twin, how often it is among the steps
  std::vector<Step> steps_;                            // of the stack at hand, outermost first
  std::vector<std::map<uint32_t, ExportValues>> own_;  // of each function, by line
  std::vector<std::map<Call, ExportValues>> calls_;
  ExportValues total_{};
};

}  // namespace

void write_callgrind(const ExportInput& input, ExportStream& out) { CallgrindWriter(input, out).write(); }

}  // namespace mallocop::report
