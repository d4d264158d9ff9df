// massif.out: memory over time, with trees of who holds it, as ms_print and massif-visualizer read it. A tree goes from
// the allocation to its callers; what holds less than a hundredth is put together, as massif does.
#include <algorithm>
#include <unordered_map>

#include "report/export/formats.h"
#include "report/export/valgrind_frame.h"
#include "report/symbols/user_code.h"

namespace mallocop::report {
namespace {

constexpr uint64_t kThreshold = 100;  // a hundredth
constexpr size_t kDeepest = 40;       // callers; a line is as long as it is deep
constexpr double kMilliseconds = 1e3;

// Bytes that are live, and what is left of the stack that allocated them.
struct Held {
  uint64_t bytes = 0;
  StackFrames::Iterator frame;
};

struct Branch {
  std::optional<PlaceIndex> place;
  std::string name;  // of what has no place
  uint64_t bytes = 0;
  std::vector<Held> held;
};

struct Snapshot {
  uint64_t time = 0;
  uint64_t bytes = 0;
  const char* tree = "empty";  // "detailed", "peak"
  std::vector<Held> held;      // of the tree
  uint64_t nobodys = 0;        // bytes of the tree in no site
};

class MassifWriter {
 public:
  MassifWriter(const ExportInput& input, ExportStream& out)
      : profile_(input.profile),
        paths_(input, ExportPaths::Operations::kLeftOut),
        kinds_(kinds_of_frames(profile_)),
        out_(out) {}

  void write() {
    out_.print("desc: mallocop (requested bytes, without what the allocator adds)\ncmd: {}\ntime_unit: ms\n",
               valgrind_command(profile_));
    const MemoryTimeline& memory = profile_.memory;
    if (memory.points.empty() || memory.points.front().time_s > 0) write_snapshot({});
    auto snapshot = memory.snapshots.begin();
    bool peak_written = false;
    for (size_t point = 0; point < memory.points.size(); ++point) {
      const MemoryPoint& at = memory.points[point];
      if (!peak_written && at.time_s >= memory.peak_time_s) {
        write_peak();
        peak_written = true;
      }
      Snapshot one{time_of(at.time_s), at.live_bytes, "empty", {}, 0};
      while (snapshot != memory.snapshots.end() && snapshot->point < point) ++snapshot;
      if (snapshot != memory.snapshots.end() && snapshot->point == point) {
        one.tree = "detailed";
        for (const LiveSite& live : snapshot->sites) one.held.push_back(held_by(profile_.sites[live.site], live.bytes));
      }
      write_snapshot(one);
    }
    if (!peak_written) write_peak();
  }

 private:
  static uint64_t time_of(double seconds) { return static_cast<uint64_t>(seconds * kMilliseconds); }

  void write_peak() {
    Snapshot peak{
        time_of(profile_.memory.peak_time_s), profile_.totals.peak_bytes, "peak", {}, profile_.totals.peak_bytes};
    for (const Site& site : profile_.sites) {
      if (site.peak_bytes == 0) continue;
      peak.held.push_back(held_by(site, site.peak_bytes));
      peak.nobodys -= std::min(peak.nobodys, site.peak_bytes);
    }
    write_snapshot(peak);
  }

  // Functions that do nothing but allocate are the root of the tree.
  Held held_by(const Site& site, uint64_t bytes) const {
    Held held{bytes, profile_.frames_of(site).begin()};
    while (held.frame != StackFrames::Iterator() && kinds_[held.frame.index()] == FrameKind::kAllocation) ++held.frame;
    return held;
  }

  void write_snapshot(const Snapshot& snapshot) {
    out_.print("#-----------\nsnapshot={}\n#-----------\ntime={}\nmem_heap_B={}\nmem_heap_extra_B=0\nmem_stacks_B=0\n",
               number_++, snapshot.time, snapshot.bytes);
    out_.print("heap_tree={}\n", snapshot.tree);
    if (std::string_view(snapshot.tree) == "empty") return;
    total_ = snapshot.bytes;
    std::vector<Branch> branches = branches_of(snapshot.held, "[unknown stack]");
    if (snapshot.nobodys != 0) branches.push_back({std::nullopt, "[lived within one window]", snapshot.nobodys, {}});
    write_node(snapshot.bytes, "(heap allocation functions) malloc/new/new[], --alloc-fns, etc.", branches, 0);
  }

  // By the next frame, most bytes first. What has none goes under `ended`, or is left out if that is empty.
  std::vector<Branch> branches_of(const std::vector<Held>& all, const char* ended) const {
    std::unordered_map<PlaceIndex, size_t> places;
    std::vector<Branch> branches;
    Branch without{std::nullopt, ended, 0, {}};
    for (const Held& held : all) {
      if (held.frame == StackFrames::Iterator()) {
        without.bytes += held.bytes;
        continue;
      }
      const auto [place, added] = places.try_emplace(held.frame.index(), branches.size());
      if (added) branches.push_back({held.frame.index(), "", 0, {}});
      Branch& branch = branches[place->second];
      branch.bytes += held.bytes;
      branch.held.push_back({held.bytes, std::next(held.frame)});
    }
    if (without.bytes != 0 && !without.name.empty()) branches.push_back(std::move(without));
    std::stable_sort(branches.begin(), branches.end(),
                     [](const Branch& a, const Branch& b) { return a.bytes > b.bytes; });
    return branches;
  }

  bool is_large(const Branch& branch) const { return branch.bytes >= (total_ + kThreshold - 1) / kThreshold; }

  void write_node(uint64_t bytes, const std::string& name, const std::vector<Branch>& branches, size_t depth) {
    const auto first_small =
        std::find_if_not(branches.begin(), branches.end(), [this](const Branch& branch) { return is_large(branch); });
    const size_t large = static_cast<size_t>(first_small - branches.begin());
    out_.print("{:{}}n{}: {} {}\n", "", depth, large + (first_small == branches.end() ? 0 : 1), bytes, name);
    for (size_t index = 0; index < large; ++index) {
      const Branch& branch = branches[index];
      write_node(branch.bytes, branch.place ? valgrind_frame(paths_, *branch.place) : branch.name,
                 depth + 1 < kDeepest ? branches_of(branch.held, "") : std::vector<Branch>(), depth + 1);
    }
    if (first_small == branches.end()) return;
    uint64_t small = 0;
    for (auto branch = first_small; branch != branches.end(); ++branch) small += branch->bytes;
    out_.print("{:{}}n0: {} in {} places, all below massif's threshold (1.00%)\n", "", depth + 1, small,
               branches.end() - first_small);
  }

  const Profile& profile_;
  ExportPaths paths_;
  std::vector<FrameKind> kinds_;
  ExportStream& out_;
  uint64_t number_ = 0;
  uint64_t total_ = 0;  // of the snapshot at hand
};

}  // namespace

void write_massif(const ExportInput& input, ExportStream& out) { MassifWriter(input, out).write(); }

}  // namespace mallocop::report
