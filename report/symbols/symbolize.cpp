// Each distinct (module, address) is looked up once, module by module, so that only one module's files and tables are
// in memory at a time, and gives one frame or several of profile.frames; then the nodes of the stack tree name those.
#include "report/symbols/symbolize.h"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <memory>
#include <optional>
#include <tuple>
#include <utility>

#include "report/symbols/debug_info.h"
#include "report/symbols/debug_servers.h"
#include "report/symbols/demangle.h"
#include "report/symbols/elf_symbols.h"
#include "report/symbols/module_file.h"

namespace mallocop::report {
namespace {

constexpr size_t kProgressStep = 256;  // frames

// A place in the program: where one raw frame, or several that differ in how they tell it, lies.
struct Place {
  size_t module;     // index; kNoModule if none
  uint64_t address;  // in the process, of the call itself
  size_t raw;        // index into LoadedTrace::raw_frames

  static constexpr size_t kNoModule = SIZE_MAX;

  auto key() const { return std::tie(module, address); }
};

// What became of a raw frame: a run of profile.frames, innermost first.
struct Run {
  FrameIndex first = 0;
  FrameIndex count = 0;
};

Place place_of(const LoadedTrace& trace, size_t index) {
  const RawFrame& raw = trace.raw_frames[index];
  // A return address is that of the instruction behind the call, which may belong to another line or function.
  const uint64_t address = raw.exact_address || raw.address == 0 ? raw.address : raw.address - 1;
  const bool known = raw.module && *raw.module < trace.modules.size();
  return {known ? *raw.module : Place::kNoModule, address, index};
}

// The nodes that stacks have; of a stack that is cut, those that are left.
std::vector<bool> used_nodes(const Profile& profile) {
  std::vector<bool> used(profile.nodes.size());
  for (const Stack& stack : profile.stacks) {
    if (stack.node != kNoNode && stack.depth == Stack::kWhole) used[stack.node] = true;
  }
  // Children come after their parents, so a parent is known to be used before it is looked at.
  for (size_t node = used.size(); node-- > 0;) {
    if (used[node] && profile.nodes[node].parent != kNoNode) used[profile.nodes[node].parent] = true;
  }
  for (const Stack& stack : profile.stacks) {
    if (stack.depth == Stack::kWhole) continue;
    NodeIndex node = stack.node;
    for (uint32_t depth = 0; depth < stack.depth && node != kNoNode; ++depth) {
      used[node] = true;
      node = profile.nodes[node].parent;
    }
  }
  return used;
}

// The places of all raw frames that a stack has, in order, so that those of one module are neighbours.
std::vector<Place> places_in_order(const LoadedTrace& trace) {
  const std::vector<bool> nodes = used_nodes(trace.profile);
  std::vector<bool> used(trace.raw_frames.size());
  for (size_t node = 0; node < nodes.size(); ++node) {
    if (nodes[node]) used[trace.raw_nodes[node]] = true;
  }
  std::vector<Place> places;
  for (size_t raw = 0; raw < used.size(); ++raw) {
    if (used[raw]) places.push_back(place_of(trace, raw));
  }
  std::sort(places.begin(), places.end(), [](const Place& a, const Place& b) { return a.key() < b.key(); });
  return places;
}

// The names of one module's addresses.
class ModuleNames {
 public:
  ModuleNames(const Module& module, const SymbolOptions& options, DebugServers& servers, std::string& note)
      : file_(ModuleFile::open(module, options.debug_paths, &servers, note)) {
    if (!file_) return;
    symbols_.emplace(file_->dwfl_module());
    debug_info_.emplace(file_->dwfl_module(), &symbols_->coroutines());
  }

  std::vector<Frame> find(uint64_t offset) {
    if (!file_) return std::vector<Frame>(1);
    const uint64_t address = offset + file_->bias();
    const char* symbol = symbols_->find(address);
    std::vector<Frame> frames = debug_info_->find(address, symbol);
    if (frames.empty()) frames.emplace_back();
    // The outermost is the one that has a symbol.
    if (frames.back().function.empty() && symbol != nullptr) frames.back().function = demangle(symbol);
    return frames;
  }

 private:
  std::unique_ptr<ModuleFile> file_;
  std::optional<ElfSymbols> symbols_;
  std::optional<DebugInfo> debug_info_;
};

void add_note(std::vector<std::string>& notes, std::string note) {
  if (!note.empty() && std::find(notes.begin(), notes.end(), note) == notes.end()) notes.push_back(std::move(note));
}

// Fills profile.frames, counts the distinct places, and says where the frames of each raw frame are.
class PlaceNamer {
 public:
  PlaceNamer(LoadedTrace& trace, const SymbolOptions& options)
      : trace_(trace), options_(options), servers_(options.progress) {}

  std::vector<Run> name(const std::vector<Place>& places) {
    Measurement& measurement = trace_.profile.measurement;
    measurement.frames = count_distinct(places);
    measurement.frames_symbolised = 0;
    trace_.profile.frames.clear();
    std::vector<Run> runs(trace_.raw_frames.size());
    uint64_t done = 0;
    for (size_t index = 0; index < places.size(); ++index) {
      const Place& place = places[index];
      if (index != 0 && places[index - 1].key() == place.key()) {
        runs[place.raw] = runs[places[index - 1].raw];
        continue;
      }
      if (done % kProgressStep == 0) tell(done);
      ++done;
      std::vector<Frame> frames = frames_of(place);
      if (!frames.back().function.empty()) ++measurement.frames_symbolised;
      runs[place.raw] = append(std::move(frames));
    }
    tell(done);
    names_.reset();
    add_note(measurement.notes, servers_.problem());
    return runs;
  }

 private:
  void tell(uint64_t done) const {
    if (options_.progress) options_.progress("naming frames", done, trace_.profile.measurement.frames);
  }

  static uint64_t count_distinct(const std::vector<Place>& places) {
    uint64_t count = 0;
    for (size_t index = 0; index < places.size(); ++index) {
      if (index == 0 || places[index - 1].key() != places[index].key()) ++count;
    }
    return count;
  }

  std::vector<Frame> frames_of(const Place& place) {
    std::vector<Frame> frames(1);
    if (place.module == Place::kNoModule) {
      frames[0].address = place.address;
      return frames;
    }
    const Module& module = trace_.modules[place.module];
    if (!names_ || module_ != place.module) {
      std::string note;
      names_.reset();
      names_ = std::make_unique<ModuleNames>(module, options_, servers_, note);
      module_ = place.module;
      module_path_ = SharedText(module.path);
      add_note(trace_.profile.measurement.notes, std::move(note));
    }
    frames = names_->find(place.address - module.bias);
    for (Frame& frame : frames) {
      frame.module = module_path_;
      frame.address = place.address;
      frame.offset = place.address - module.bias;
    }
    return frames;
  }

  Run append(std::vector<Frame> frames) {
    std::vector<Frame>& all = trace_.profile.frames;
    const Run run{static_cast<FrameIndex>(all.size()), static_cast<FrameIndex>(frames.size())};
    all.insert(all.end(), std::make_move_iterator(frames.begin()), std::make_move_iterator(frames.end()));
    return run;
  }

  LoadedTrace& trace_;
  const SymbolOptions& options_;
  DebugServers servers_;
  std::unique_ptr<ModuleNames> names_;
  size_t module_ = 0;  // that names_ is of
  SharedText module_path_;
};

}  // namespace

void symbolize(LoadedTrace& trace, const SymbolOptions& options) {
  const std::vector<Run> runs = PlaceNamer(trace, options).name(places_in_order(trace));
  for (size_t node = 0; node < trace.profile.nodes.size(); ++node) {
    const Run& run = runs[trace.raw_nodes[node]];
    trace.profile.nodes[node].first = run.first;
    trace.profile.nodes[node].count = run.count;
  }
}

}  // namespace mallocop::report
