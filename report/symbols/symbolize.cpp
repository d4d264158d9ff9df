// Each distinct (module, address) is looked up once, module by module, so that only one module's files and tables are
// in memory at a time; then the stacks are filled from that list.
#include "report/symbols/symbolize.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <optional>
#include <tuple>
#include <utility>

#include "report/symbols/debug_info.h"
#include "report/symbols/demangle.h"
#include "report/symbols/elf_symbols.h"
#include "report/symbols/module_file.h"

namespace mallocop::report {
namespace {

constexpr size_t kProgressStep = 256;  // frames
constexpr char kServers[] = "DEBUGINFOD_URLS";

// libdwfl asks the servers named in the environment for debug files that are not here. A report must not depend on
// the network, nor tell anybody what was measured.
class NoServers {
 public:
  NoServers() {
    if (const char* value = std::getenv(kServers); value != nullptr) saved_ = value;
    ::unsetenv(kServers);
  }
  ~NoServers() {
    if (saved_) ::setenv(kServers, saved_->c_str(), 1);
  }
  NoServers(const NoServers&) = delete;
  NoServers& operator=(const NoServers&) = delete;

 private:
  std::optional<std::string> saved_;
};

// One distinct place in the program, and what became of it.
struct Place {
  size_t module;     // index; kNoModule if none
  uint64_t address;  // in the process, of the call itself
  std::vector<Frame> frames;

  static constexpr size_t kNoModule = SIZE_MAX;

  auto key() const { return std::tie(module, address); }
};

Place place_of(const RawFrame& raw, size_t modules) {
  // A return address is that of the instruction behind the call, which may belong to another line or function.
  const uint64_t address = raw.exact_address || raw.address == 0 ? raw.address : raw.address - 1;
  const bool known = raw.module && *raw.module < modules;
  return {known ? *raw.module : Place::kNoModule, address, {}};
}

std::vector<Place> distinct_places(const LoadedTrace& trace) {
  std::vector<Place> places;
  for (const RawStack& stack : trace.raw_stacks) {
    for (const RawFrame& raw : stack.frames) places.push_back(place_of(raw, trace.modules.size()));
  }
  std::sort(places.begin(), places.end(), [](const Place& a, const Place& b) { return a.key() < b.key(); });
  const auto end =
      std::unique(places.begin(), places.end(), [](const Place& a, const Place& b) { return a.key() == b.key(); });
  places.erase(end, places.end());
  return places;
}

// The names of one module's addresses.
class ModuleNames {
 public:
  ModuleNames(const Module& module, const SymbolOptions& options, std::string& note)
      : file_(ModuleFile::open(module, options.debug_paths, note)) {
    if (!file_) return;
    symbols_.emplace(file_->dwfl_module());
    debug_info_.emplace(file_->dwfl_module());
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

void name_places(std::vector<Place>& places, LoadedTrace& trace, const SymbolOptions& options) {
  std::unique_ptr<ModuleNames> names;
  for (size_t index = 0; index < places.size(); ++index) {
    Place& place = places[index];
    if (options.progress && index % kProgressStep == 0) options.progress(index, places.size());
    if (place.module == Place::kNoModule) {
      place.frames.resize(1);
      place.frames[0].address = place.address;
      continue;
    }
    const Module& module = trace.modules[place.module];
    if (index == 0 || places[index - 1].module != place.module) {
      std::string note;
      names.reset();
      names = std::make_unique<ModuleNames>(module, options, note);
      add_note(trace.profile.measurement.notes, std::move(note));
    }
    place.frames = names->find(place.address - module.bias);
    for (Frame& frame : place.frames) {
      frame.module = module.path;
      frame.address = place.address;
      frame.offset = place.address - module.bias;
    }
  }
  if (options.progress) options.progress(places.size(), places.size());
}

}  // namespace

void symbolize(LoadedTrace& trace, const SymbolOptions& options) {
  const NoServers no_servers;
  std::vector<Place> places = distinct_places(trace);
  name_places(places, trace, options);

  Measurement& measurement = trace.profile.measurement;
  measurement.frames = places.size();
  measurement.frames_symbolised = static_cast<uint64_t>(std::count_if(
      places.begin(), places.end(), [](const Place& place) { return !place.frames.back().function.empty(); }));

  trace.profile.stacks.resize(trace.raw_stacks.size());
  for (size_t index = 0; index < trace.raw_stacks.size(); ++index) {
    Stack& stack = trace.profile.stacks[index];
    stack.frames.clear();
    stack.truncated = trace.raw_stacks[index].truncated;
    for (const RawFrame& raw : trace.raw_stacks[index].frames) {
      const Place wanted = place_of(raw, trace.modules.size());
      const auto found = std::lower_bound(places.begin(), places.end(), wanted,
                                          [](const Place& a, const Place& b) { return a.key() < b.key(); });
      stack.frames.insert(stack.frames.end(), found->frames.begin(), found->frames.end());
    }
  }
}

}  // namespace mallocop::report
