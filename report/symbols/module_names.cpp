// Most of the time goes into walks over units, and no unit is walked twice: so a unit is the share of work that a
// thread takes at a time. libdw's handles are for one thread only. Each thread has handles of its own, on the same
// bytes; they are opened before there are threads, since debug servers may be asked then.
#include "report/symbols/module_names.h"

#include <algorithm>
#include <atomic>
#include <future>
#include <unordered_map>
#include <utility>

#include "report/symbols/demangle.h"

namespace mallocop::report {
namespace {

constexpr size_t kProgressStep = 256;  // frames
constexpr size_t kWorthAThread = 512;  // frames; fewer are found before another thread has begun

}  // namespace

// Handles for one thread.
struct ModuleNames::Reader {
  std::unique_ptr<ModuleFile> file;
  std::unique_ptr<DebugInfo> debug_info;
};

// What one unit has to say; or nobody, if there is no unit.
struct ModuleNames::Group {
  std::optional<Dwarf_Off> unit;
  std::vector<size_t> indices;  // of the offsets
};

// What the threads share.
class ModuleNames::Search {
 public:
  Search(std::span<const uint64_t> offsets, uint64_t bias, const ElfSymbols& symbols, std::vector<Group> groups)
      : offsets_(offsets), bias_(bias), symbols_(symbols), groups_(std::move(groups)), found_(offsets.size()) {}

  // Takes groups until none is left; for several threads at once, each with a reader of its own.
  void work(DebugInfo& debug_info, const std::function<void(size_t)>& tell) {
    for (size_t next = 0; (next = taken_.fetch_add(1, std::memory_order_relaxed)) < groups_.size();) {
      const Group& group = groups_[next];
      for (const size_t index : group.indices) {
        found_[index] = frames_at(offsets_[index] + bias_, group, debug_info);
        const size_t done = done_.fetch_add(1, std::memory_order_relaxed) + 1;
        if (tell && ++told_ % kProgressStep == 0) tell(done);
      }
      debug_info.forget();
    }
  }

  std::vector<std::vector<Frame>>& found() { return found_; }

 private:
  std::vector<Frame> frames_at(uint64_t address, const Group& group, DebugInfo& debug_info) const {
    const char* const symbol = symbols_.find(address);
    std::vector<Frame> frames;
    if (group.unit) frames = debug_info.find(*group.unit, address, symbol);
    if (frames.empty()) frames.emplace_back();
    // The outermost is the one that has a symbol.
    if (frames.back().function.empty() && symbol != nullptr) frames.back().function = demangle(symbol);
    return frames;
  }

  std::span<const uint64_t> offsets_;
  uint64_t bias_;
  const ElfSymbols& symbols_;
  std::vector<Group> groups_;
  std::vector<std::vector<Frame>> found_;  // each written by one thread
  std::atomic<size_t> taken_ = 0;          // groups
  std::atomic<size_t> done_ = 0;           // offsets
  size_t told_ = 0;                        // of the thread that tells
};

ModuleNames::ModuleNames(const Module& module, const std::vector<std::string>& debug_paths, DebugServers& servers,
                         const FindGuard& find_guard, std::string& note)
    : module_(module),
      debug_paths_(debug_paths),
      servers_(servers),
      file_(ModuleFile::open(module, debug_paths, &servers, note)) {
  if (!file_) return;
  symbols_.emplace(file_->dwfl_module());
  debug_info_.emplace(file_->dwfl_module(), &symbols_->coroutines(), find_guard);
}

ModuleNames::~ModuleNames() = default;

std::vector<std::vector<Frame>> ModuleNames::find(std::span<const uint64_t> offsets, unsigned threads,
                                                  const std::function<void(size_t)>& tell) {
  if (!file_) return std::vector<std::vector<Frame>>(offsets.size(), std::vector<Frame>(1));
  Search search(offsets, file_->bias(), *symbols_, groups(offsets));
  const size_t helpers = std::min<size_t>(threads, offsets.size() / kWorthAThread);
  const std::vector<Reader> readers = more_readers(helpers > 1 ? helpers - 1 : 0);
  std::vector<std::future<void>> others;  // wait for their threads when they go
  others.reserve(readers.size());
  for (const Reader& reader : readers) {
    others.push_back(std::async(std::launch::async, [&] { search.work(*reader.debug_info, {}); }));
  }
  search.work(*debug_info_, tell);
  for (std::future<void>& other : others) other.get();
  return std::move(search.found());
}

// Large ones first, so that no thread has much to do when the others are done.
std::vector<ModuleNames::Group> ModuleNames::groups(std::span<const uint64_t> offsets) {
  std::vector<Group> groups(1);
  std::unordered_map<Dwarf_Off, size_t> of_unit;
  for (size_t index = 0; index < offsets.size(); ++index) {
    const std::optional<Dwarf_Off> unit = debug_info_->unit_at(offsets[index] + file_->bias());
    size_t group = 0;
    if (unit) {
      const auto [entry, added] = of_unit.try_emplace(*unit, groups.size());
      if (added) groups.push_back({unit, {}});
      group = entry->second;
    }
    groups[group].indices.push_back(index);
  }
  std::stable_sort(groups.begin(), groups.end(),
                   [](const Group& a, const Group& b) { return a.indices.size() > b.indices.size(); });
  return groups;
}

// As many as can be had.
std::vector<ModuleNames::Reader> ModuleNames::more_readers(size_t count) {
  std::vector<Reader> readers;
  while (readers.size() < count && debug_info_->can_share()) {
    std::string ignored;
    Reader reader{ModuleFile::open(module_, debug_paths_, &servers_, ignored), nullptr};
    if (!reader.file || reader.file->bias() != file_->bias()) break;
    reader.debug_info = std::make_unique<DebugInfo>(reader.file->dwfl_module(), *debug_info_);
    readers.push_back(std::move(reader));
  }
  return readers;
}

}  // namespace mallocop::report
