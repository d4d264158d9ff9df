// Each distinct (module, address) is looked up once, module by module, so that only one module's files and tables are
// in memory at a time, and gives one frame or several of profile.frames; then the nodes of the stack tree name those.
#include "report/symbols/symbolize.h"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <span>
#include <thread>
#include <tuple>
#include <utility>

#include "report/symbols/debug_servers.h"
#include "report/symbols/module_names.h"

namespace mallocop::report {
namespace {

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
    tell(0);
    for (size_t begin = 0; begin < places.size();) {
      size_t end = begin;
      while (end < places.size() && places[end].module == places[begin].module) ++end;
      name_module(std::span(places).subspan(begin, end - begin), runs);
      begin = end;
    }
    tell(done_);
    add_note(measurement.notes, servers_.problem());
    return runs;
  }

 private:
  void tell(uint64_t done) const {
    if (options_.progress) options_.progress("naming frames", done, trace_.profile.measurement.frames);
  }

  static uint64_t count_distinct(std::span<const Place> places) {
    uint64_t count = 0;
    for (size_t index = 0; index < places.size(); ++index) {
      if (index == 0 || places[index - 1].key() != places[index].key()) ++count;
    }
    return count;
  }

  // Of places in one module, or in none.
  void name_module(std::span<const Place> places, std::vector<Run>& runs) {
    const bool known = places[0].module != Place::kNoModule;
    const uint64_t bias = known ? trace_.modules[places[0].module].bias : 0;
    std::vector<uint64_t> offsets;
    for (const Place& place : places) {
      if (const uint64_t offset = place.address - bias; offsets.empty() || offsets.back() != offset) {
        offsets.push_back(offset);
      }
    }
    std::vector<std::vector<Frame>> found(offsets.size(), std::vector<Frame>(1));
    const SharedText path = known ? SharedText(trace_.modules[places[0].module].path) : SharedText();
    if (known) found = frames_in(trace_.modules[places[0].module], offsets);
    size_t next = 0;
    for (size_t index = 0; index < places.size(); ++index) {
      const Place& place = places[index];
      if (index != 0 && places[index - 1].address == place.address) {
        runs[place.raw] = runs[places[index - 1].raw];
        continue;
      }
      std::vector<Frame>& frames = found[next];
      for (Frame& frame : frames) {
        frame.module = path;
        frame.address = place.address;
        if (known) frame.offset = offsets[next];
      }
      if (!frames.back().function.empty()) ++trace_.profile.measurement.frames_symbolised;
      runs[place.raw] = append(std::exchange(frames, {}));
      ++next;
    }
    done_ += offsets.size();
  }

  std::vector<std::vector<Frame>> frames_in(const Module& module, const std::vector<uint64_t>& offsets) {
    std::string note;
    const FindGuard find_guard = options_.open_guards ? options_.open_guards(module) : FindGuard();
    ModuleNames names(module, options_.debug_paths, servers_, find_guard, note);
    add_note(trace_.profile.measurement.notes, std::move(note));
    const unsigned threads = options_.threads != 0 ? options_.threads : std::thread::hardware_concurrency();
    return names.find(offsets, threads, [this](size_t done) { tell(done_ + done); });
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
  uint64_t done_ = 0;  // distinct places
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
