#include "report/trace/replay.h"

#include <algorithm>
#include <limits>
#include <unordered_set>

#include "report/trace/saturating.h"
#include "trace/event.h"

namespace mallocop::report {

using trace::WindowBlock;

void BlockReplay::add(const trace::Window& window, std::span<const SiteNumber> sites, bool open_ended) {
  const auto number = static_cast<WindowNumber>(windows_.size());
  const uint64_t end = open_ended ? std::numeric_limits<uint64_t>::max() : window.end_ticks;
  windows_.push_back({window.thread_ordinal, window.begin_ticks, end});
  if (!one_thread_) bounds_.open(window.begin_ticks, end);
  ticks_ = window.begin_ticks;

  saturating_add_to(result_.frees, window.frees);
  uint64_t allocated = 0;  // and not told to the timeline yet: what became of it within the window is at its end
  for (size_t index = 0; index < window.sites.size(); ++index) {
    const trace::WindowSite& site = window.sites[index];
    if (sites[index] == kToolSite) {
      saturating_add_to(tool_frees_, site.freed);
    } else {
      saturating_add_to(result_.temporary, site.temporary);
      saturating_add_to(allocated, site.bytes);
    }
  }
  // Time goes on evenly between the entries of a window: nothing better is known.
  const uint64_t length = open_ended ? 0 : saturating_subtract(window.end_ticks, window.begin_ticks);
  const uint64_t step = length / (window.blocks.size() + 1);
  for (const WindowBlock& block : window.blocks) {
    ticks_ += step;
    if (block.level_before != 0) raise_peak(block.level_before);
    if (block.of_pair()) {
      replay_pair(block, sites[block.site], allocated);
      continue;
    }
    const uint64_t address = block.address & trace::Event::kAddressMask;
    if (block.kind == WindowBlock::Kind::kAlloc) {
      if (sites[block.site] != kToolSite) {
        timeline_.allocate(ticks_, block.size);
        allocated = saturating_subtract(allocated, block.size);
      }
      allocate(address, {sites[block.site], one_thread_ ? 0 : number, block.stamp, block.size});
    } else {
      release(block, address);
    }
  }
  raise_peak(window.level_after);
  timeline_.allocate(window.begin_ticks + length, allocated);
}

// It is among the freed of its site, so nothing but levels knows of it. `untold`: bytes that the timeline has yet to be
// told of.
void BlockReplay::replay_pair(const trace::WindowBlock& block, SiteNumber site, uint64_t& untold) {
  const Block held{site, 0, 0, block.size};
  if (block.kind == WindowBlock::Kind::kPairEnd) {
    lose(held);
    if (site != kToolSite) bounds_.lose(block.size);
    return;
  }
  if (site != kToolSite) {
    timeline_.allocate(ticks_, block.size);
    untold = saturating_subtract(untold, block.size);
  }
  gain(held);
}

void BlockReplay::raise_peak(uint64_t above_level) {
  const uint64_t level = saturating_add(level_, above_level);
  bounds_.rise(above_level);
  timeline_.reach(ticks_, level);
  if (level <= result_.peak_bytes) return;
  result_.peak_bytes = level;
  result_.peak_short_lived_bytes = above_level;
  result_.peak_ticks = ticks_;
  site_levels_.mark_peak();
}

void BlockReplay::gain(const Block& block) {
  if (block.site == kToolSite) return;
  saturating_add_to(level_, block.size);
  site_levels_.gain(block.site, block.size);
  timeline_.gain(ticks_, block.site, block.size);
  bounds_.gain(block.size);
  raise_peak(0);
}

void BlockReplay::lose(const Block& block) {
  if (block.site == kToolSite) return;
  level_ = saturating_subtract(level_, block.size);
  site_levels_.lose(block.site, block.size);
  timeline_.lose(ticks_, block.site, block.size);
}

void BlockReplay::allocate(uint64_t address, const Block& block) {
  const std::optional<Block> old = live_.find(address);
  bool ambiguous = old && rivals(*old, block);
  const auto place = disorder_.empty() ? disorder_.end() : disorder_.find(address);
  if (place != disorder_.end()) {
    Disorder& disorder = place->second;
    note(disorder, windows_[block.window].thread, block);
    ambiguous = ambiguous || (disorder.dead && rivals(*disorder.dead, block));
    if (const std::optional<WindowNumber> freed_in = take_pending(disorder, block)) {
      result_.ambiguous_frees += ambiguous;
      gain(block);
      bury(disorder, block);
      if (block.site != kToolSite) bounds_.lose_late(*freed_in, block.size);
      return;
    }
  }
  result_.ambiguous_frees += ambiguous;
  if (!old) {
    live_.set(address, block);
    gain(block);
    return;
  }
  // Two blocks, one address: the one with the smaller stamp came first; where stamps are equal, the one in the window
  // that ended before the other's began. Else the order in which they were written decides.
  Disorder& disorder = disorder_[address];
  if (place == disorder_.end()) {
    note(disorder, windows_[old->window].thread, *old);
    note(disorder, windows_[block.window].thread, block);
  }
  const bool same_thread = windows_[old->window].thread == windows_[block.window].thread;
  const bool earlier =
      old->stamp != block.stamp ? block.stamp < old->stamp : windows_[block.window].end <= windows_[old->window].begin;
  const bool new_one_first = !same_thread && earlier;
  if (new_one_first) {
    gain(block);
    bury_as_owed(disorder, block);
  } else {
    live_.set(address, block);
    bury_as_owed(disorder, *old);
    gain(block);
  }
}

void BlockReplay::bury_as_owed(Disorder& disorder, const Block& block) {
  bury(disorder, block);
  disorder.owed.push_back(block.site == kToolSite ? 0 : block.size);
}

void BlockReplay::bury(Disorder& disorder, const Block& block) {
  if (block.site == kToolSite) saturating_add_to(tool_frees_, 1);
  lose(block);
  disorder.dead = block;
}

// A free that could have been this block's: of another thread (a thread's own frees come in order), in a window that
// did not end before the block's window began, and not with an earlier stamp.
std::optional<BlockReplay::WindowNumber> BlockReplay::take_pending(Disorder& disorder, const Block& block) {
  const Span& mine = windows_[block.window];
  for (Pending& pending : disorder.pending) {
    const Span& freed = windows_[pending.window];
    if (freed.thread == mine.thread || freed.end <= mine.begin || pending.stamp < block.stamp) continue;
    const WindowNumber window = pending.window;
    std::swap(pending, disorder.pending.back());
    disorder.pending.pop_back();
    return window;
  }
  return std::nullopt;
}

// `dead` was taken for dead out of order; `other`, at the same address, could have been the one that died instead.
bool BlockReplay::rivals(const Block& dead, const Block& other) const {
  const Span& a = windows_[dead.window];
  const Span& b = windows_[other.window];
  return a.thread != b.thread && dead.size != other.size && a.begin < b.end && b.begin < a.end;
}

void BlockReplay::note(Disorder& disorder, uint32_t thread, std::optional<Block> allocated) {
  if (allocated) disorder.first_allocation = std::min(disorder.first_allocation, windows_[allocated->window].begin);
  for (Latest& latest : disorder.latest) {
    if (latest.thread != thread) continue;
    latest.allocated = allocated;
    return;
  }
  disorder.latest.push_back({thread, allocated});
}

void BlockReplay::count_temporary(const Block& block) {
  if (result_.sites.size() <= block.site) result_.sites.resize(block.site + size_t{1});
  ++result_.sites[block.site].temporary;
  saturating_add_to(result_.temporary, 1);
}

void BlockReplay::release(const WindowBlock& free, uint64_t address) {
  const auto number = static_cast<WindowNumber>(windows_.size() - 1);
  const uint32_t thread = windows_[number].thread;
  const std::optional<Block> block = live_.find(address);
  const bool own = block && windows_[block->window].thread == thread;
  if (!disorder_.empty()) {
    if (const auto place = disorder_.find(address); place != disorder_.end()) {
      note(place->second, thread, std::nullopt);
      // A thread that frees an address which it allocated itself means its own, latest block.
      if (!place->second.owed.empty() && !own) {
        bounds_.lose(place->second.owed.back());
        place->second.owed.pop_back();
        return;
      }
    }
  }
  // A block of another thread with a later stamp was allocated after this free.
  if (!block || (!own && free.stamp < block->stamp)) {
    const bool first = !disorder_.contains(address);
    Disorder& disorder = disorder_[address];
    if (first && block) note(disorder, windows_[block->window].thread, *block);
    note(disorder, thread, std::nullopt);
    disorder.pending.push_back({number, free.stamp});
    return;
  }
  if (block->site == kToolSite) {
    saturating_add_to(tool_frees_, 1);
  } else if (own && free.kind == WindowBlock::Kind::kTemporaryFree) {
    // With a later stamp somebody freed something in between: this address, or one of its bucket.
    if (free.stamp == 0 || free.stamp == block->stamp) {
      count_temporary(*block);
    } else {
      saturating_add_to(result_.ambiguous_frees, 1);
    }
  }
  lose(*block);
  if (block->site != kToolSite) bounds_.lose(block->size);
  live_.erase(address);
}

// Puts right what is live at an address at the end. Windows of one thread are in order, so that a free with no block
// before it was of an unknown one. Those of several are not: there a pending free and a live block, or a block that was
// taken for dead, are two ends of what was seen in the wrong order, and cancel out.
void BlockReplay::settle(uint64_t address, const Disorder& disorder) {
  uint64_t frees = disorder.pending.size();
  if (result_.threads == 1) {
    saturating_add_to(result_.unknown_frees, frees);
    saturating_add_to(result_.owed_frees, disorder.owed.size());
    return;
  }
  for (const Pending& pending : disorder.pending) {
    if (result_.windows_overlap || windows_[pending.window].end > disorder.first_allocation) continue;
    --frees;  // before anybody allocated here, and in an order that is known
    saturating_add_to(result_.unknown_frees, 1);
  }
  const bool live = live_.find(address).has_value();
  const uint64_t allocated = disorder.owed.size() + (live ? 1 : 0);
  if (frees >= allocated) {
    live_.erase(address);
    saturating_add_to(result_.unknown_frees, frees - allocated);
    return;
  }
  saturating_add_to(result_.owed_frees, allocated - frees - 1);
  // Of several candidates the one with the latest stamp: every free of another's block moves it.
  std::optional<Block> last;
  for (const Latest& latest : disorder.latest) {
    if (latest.allocated && (!last || latest.allocated->stamp >= last->stamp)) last = latest.allocated;
  }
  if (last) live_.set(address, *last);
}

// Whether windows of two threads cover the same time: in order of their beginning, one begins before the latest end
// among those of other threads.
bool BlockReplay::overlap() const {
  std::vector<Span> spans = windows_;
  std::sort(spans.begin(), spans.end(), [](const Span& a, const Span& b) { return a.begin < b.begin; });
  const Span* latest = nullptr;
  for (const Span& span : spans) {
    if (latest != nullptr && span.begin < latest->end && span.thread != latest->thread) return true;
    if (latest == nullptr || span.end > latest->end) latest = &span;
  }
  return false;
}

ReplayResult BlockReplay::finish() {
  std::unordered_set<uint32_t> threads;
  for (const Span& span : windows_) threads.insert(span.thread);
  result_.threads = threads.size();
  result_.windows_overlap = overlap();
  for (const auto& [address, disorder] : disorder_) settle(address, disorder);
  live_.for_each([&](const Block& block) {
    if (block.site == kToolSite) return;
    if (result_.sites.size() <= block.site) result_.sites.resize(block.site + size_t{1});
    SiteBlocks& site = result_.sites[block.site];
    ++site.leaked_allocations;
    saturating_add_to(site.leaked_bytes, block.size);
    ++result_.leaked_allocations;
    saturating_add_to(result_.leaked_bytes, block.size);
  });
  result_.frees = saturating_subtract(result_.frees, tool_frees_);
  if (result_.sites.size() < site_levels_.size()) result_.sites.resize(site_levels_.size());
  for (SiteNumber site = 0; site < site_levels_.size(); ++site) {
    result_.sites[site].peak = site_levels_.at_peak(site);
  }
  result_.peak_bounds = {result_.peak_bytes, result_.peak_bytes};
  if (result_.windows_overlap) {
    const auto [at_least, at_most] = bounds_.peak();
    result_.peak_bounds = {std::min(at_least, result_.peak_bytes), std::max(at_most, result_.peak_bytes)};
  }
  return std::move(result_);
}

}  // namespace mallocop::report
